import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, test } from '@jest/globals'
import type { Context } from '../../../../src/core/context.ts'
import { interrupted } from '../../../../src/core/errors.ts'
import type { Event } from '../../../../src/core/events.ts'
import type { ReportOutcome } from '../../../../src/report/sources/source.ts'
import { inFolder } from '../../../support/folder.ts'
import { converse, recordLine, stream } from '../../../support/invocation-records.ts'
import { report, type SourceRequest } from '../../../support/report.ts'
import { schemaFaults } from '../../../support/report-schema.ts'

const NOW = Date.UTC(2026, 10, 23, 12)

/** A context without any AWS: a source that asked for it would fail. */
const CX: Context = {
  clock: { now: () => NOW, sleep: () => Promise.reject(new Error('reading files does not sleep')) },
  signal: new AbortController().signal,
  emit: () => {},
}

type FileSource = SourceRequest & { path: string }

async function ask(path: string, more: Partial<FileSource> = {}, by = ['model']): Promise<ReportOutcome> {
  const outcome = await report(CX, { source: { name: 'file', path, ...more }, by })
  expect(schemaFaults(outcome.report)).toEqual([])
  return outcome
}

const codes = ({ report: { warnings } }: ReportOutcome) => warnings.map(({ code }) => code)

/** Of a call of its own each time. */
const streamed = () =>
  stream(
    { input: 120, output: 700, read: 48_000, written5m: 600, written1h: 300 },
    { latencyMs: 9_200, firstByteMs: 850 },
    { time: '2026-11-20T11:00:01Z', region: 'eu-west-1', identity: 'arn:aws:sts::111122223333:assumed-role/Chat/s1' },
  )
const STREAM = streamed()
const logOf = (stream: string) => {
  const lines = [
    'Permissions are correctly set for Amazon Bedrock logs.',
    converse(16, 82, 2_435, { older: true }),
    converse(70, 209, 5_301, { metadata: { team: 'search' } }),
    stream,
    recordLine({ model: 'amazon.nova-canvas-v1:0', operation: 'InvokeModel', output: { outputImageHeight: 1024 } }),
    recordLine({ errorCode: 'ThrottlingException' }),
    recordLine({ errorCode: 'ValidationException' }),
  ]
  return `${lines.join('\n')}\n`
}
const LOG = logOf(STREAM)

describe('a file of invocation records', () => {
  it('is reported to the token, without an account', () =>
    inFolder({ 'log.jsonl': LOG }, async (folder) => {
      const outcome = await ask(join(folder, 'log.jsonl'))
      const { total, groups, accountId, regions, window, source } = outcome.report
      expect(total).toMatchObject({
        invocations: 4,
        clientErrors: 1,
        serverErrors: 0,
        throttles: 1,
        inputTokens: 16 + 70 + 120,
        outputTokens: 82 + 209 + 700,
        cacheReadTokens: 48_000,
        cacheWriteTokens: 900,
        images: 1,
        latencyMs: { avg: (2_435 + 5_301 + 9_200) / 3, p50: 5_301, p90: 9_200, p99: 9_200, max: 9_200 },
        timeToFirstTokenMs: { avg: 850, p50: 850, p90: 850, p99: 850, max: 850 },
      })
      expect(new Map(groups.map(({ key, inputTokens }) => [key.model, inputTokens]))).toEqual(
        new Map([
          ['amazon.nova-lite-v1:0', 86],
          ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 120],
          ['amazon.nova-canvas-v1:0', 0],
        ]),
      )
      expect({ source, accountId, regions }).toEqual({
        source: 'file',
        accountId: '111122223333',
        regions: ['eu-west-1', 'us-east-1'],
      })
      expect(window).toEqual({ start: '2026-11-20T10:00:00Z', end: '2026-11-20T12:00:00Z', hours: 2 })
      expect(outcome.error).toBeUndefined()
      expect(codes(outcome)).toContain('latency-incomplete')
    }))

  it('counts only what lies in the window, if one is given', () =>
    inFolder({ 'log.jsonl': LOG }, async (folder) => {
      const window = { start: Date.UTC(2026, 10, 20, 11, 0, 1), end: Date.UTC(2026, 10, 20, 11, 0, 2) }
      const { report: said } = await ask(join(folder, 'log.jsonl'), { window })
      expect(said.total.inputTokens).toBe(120)
      expect(said.series).toHaveLength(1)
    }))

  it.each([
    ['identity', ['arn:aws:iam::111122223333:user/ada', 'arn:aws:sts::111122223333:assumed-role/Chat/s1']],
    ['metadata:team', ['', 'search']],
    ['profile', ['', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0']],
    ['hour', ['2026-11-20T10:00Z', '2026-11-20T11:00Z']],
  ])('is grouped by %s', (by, keys) =>
    inFolder({ 'log.jsonl': LOG }, async (folder) => {
      const { report: said } = await ask(join(folder, 'log.jsonl'), {}, [by])
      expect(said.groups.map(({ key }) => key[by]).sort()).toEqual(keys)
    }),
  )

  it('is read from standard input', async () => {
    const { report: said } = await ask('-', { stdin: Readable.from([Buffer.from(LOG)]) })
    expect(said.total.inputTokens).toBe(206)
  })

  it('does not keep what came in on stdin', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const PIECES = 64
    const given: WeakRef<Buffer>[] = []
    let kept = 0
    async function* pieces() {
      for (let at = 0; at < PIECES; at++) {
        const piece = Buffer.alloc(1000, ' ')
        given.push(new WeakRef(piece))
        yield piece
      }
      await new Promise(setImmediate)
      collect()
      kept = given.filter((piece) => piece.deref()).length
      yield Buffer.from(LOG)
    }
    await ask('-', { stdin: Readable.from(pieces()) })
    expect(given).toHaveLength(PIECES)
    expect(kept).toBeLessThan(PIECES / 2)
  })

  it('is no longer waited for on standard input when the user interrupts', async () => {
    const abort = new AbortController()
    const asked = report(
      { ...CX, signal: abort.signal },
      { source: { name: 'file', path: '-', stdin: new Readable({ read() {} }) } },
    )
    setImmediate(() => abort.abort(interrupted()))
    await expect(asked).rejects.toMatchObject({ kind: 'interrupted' })
  })

  it('needs standard input to be there', async () => {
    await expect(ask('-')).rejects.toMatchObject({ kind: 'usage' })
  })
})

describe('a call that is told of twice', () => {
  const calls = [1, 2, 3].map((call) => converse(100 * call, call, 1000))
  const bucket = gzipSync(calls.map((line) => `${line}\n`).join(''))
  const group = gzipSync(calls.map((line) => `2026-11-20T10:15:00.000Z ${line}\n`).join(''))

  it('counts once: from the bucket and from an export of the log group in one folder', () =>
    inFolder({ 'AWSLogs/20261120T101500000Z_0a.json.gz': bucket, 'export/000000.gz': group }, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.report.total).toMatchObject({ invocations: 3, inputTokens: 600, outputTokens: 6 })
      expect(outcome.report.warnings).toEqual([
        {
          code: 'records-double',
          message: '3 records are duplicates and are left out',
        },
      ])
      // Nothing is missing.
      expect(outcome.error).toBeUndefined()
    }))

  const other = (line = '') => {
    const record = JSON.parse(line)
    return JSON.stringify({ ...record, output: { ...record.output, outputTokenCount: 7_000 } })
  }
  const differing = (which: string) => ({
    code: 'records-double',
    message: `1 record is a duplicate and is left out; 1 of them differs from the record that counts, which is the ${which}`,
  })

  it.each([
    ['last', [calls[0], other(calls[0])]],
    ['first', [other(calls[0]), calls[0]]],
  ])('counts with the record of the most tokens, which comes %s', (_, [a = '', b = '']) =>
    inFolder({ 'a.jsonl': a, 'b.jsonl': b }, async (folder) => {
      const { report } = await ask(folder)
      expect(report.total).toMatchObject({ invocations: 1, inputTokens: 100, outputTokens: 7_000 })
      expect(report.warnings).toEqual([differing('one with the most tokens')])
    }),
  )

  it('counts with its first record on standard input, which is read once', async () => {
    const { report } = await ask('-', { stdin: Readable.from([Buffer.from(`${calls[0]}\n${other(calls[0])}\n`)]) })
    expect(report.total).toMatchObject({ invocations: 1, inputTokens: 100, outputTokens: 1 })
    expect(report.warnings).toEqual([differing('first')])
  })

  it.each([1, 2, 5])('counts once on standard input, however often it comes (%i times more)', async (more) => {
    const text = `${calls.join('\n')}\n${`${calls[0]}\n`.repeat(more)}`
    const outcome = await ask('-', { stdin: Readable.from([Buffer.from(text)]) })
    expect(outcome.report.total.invocations).toBe(3)
    expect(codes(outcome)).toEqual(['records-double'])
  })

  it.each([undefined, null, '', '-', 'N/A', 'Unknown', '00000000-0000-0000-0000-000000000000'])(
    'counts every time where its records have no id (%p)',
    async (requestId) => {
      const line = JSON.stringify({ ...JSON.parse(calls[0] ?? ''), requestId })
      const outcome = await ask('-', { stdin: Readable.from([Buffer.from(`${line}\n${line}\n`)]) })
      expect(outcome.report.total.invocations).toBe(2)
      expect(codes(outcome)).toEqual([])
    },
  )

  it.each(['r0', 'abcdef', 'req-00'])('counts once by any other id (%p)', async (requestId) => {
    const line = JSON.stringify({ ...JSON.parse(calls[0] ?? ''), requestId })
    const outcome = await ask('-', { stdin: Readable.from([Buffer.from(`${line}\n${line}\n`)]) })
    expect(outcome.report.total.invocations).toBe(1)
  })
})

describe('a folder', () => {
  const FILES = {
    'AWSLogs/1/us-east-1/2026/11/20/10/20261120T101500000Z_0a.json.gz': gzipSync(LOG),
    'AWSLogs/1/us-east-1/2026/11/20/10/data/6d1f_input.json.gz': gzipSync('{"messages":[]}'),
    'AWSLogs/1/us-east-1/2026/11/20/10/data/6d1f_input_media_00.pdf': 'no log',
    'AWSLogs/1/amazon-bedrock-logs-permission-check': '',
    'export/aws-logs-write-test': 'Permission Check Successful',
    'export/000000.gz': gzipSync(`2026-11-20T11:00:01.000Z ${streamed()}\n`),
    'notes.md': 'no log either',
    'data/own.jsonl': streamed(),
  }

  it('is read with all in it, gzipped or not; bodies and markers are passed over, other files with a word', () =>
    inFolder(FILES, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.report.total.inputTokens).toBe(206 + 120 + 120)
      expect(outcome.error).toBeUndefined()
      expect(outcome.report.warnings).toContainEqual({
        code: 'files-not-read',
        message: '1 file does not contain invocation logs and was not read: 1 .md (notes.md)',
      })
    }))

  it('of files in several forms, with and without endings, is read by what is in them', () =>
    inFolder(
      {
        'a.jsonl': converse(1, 0, 1),
        'table.csv': `timestamp,message\n1,"${converse(20, 0, 1).replaceAll('"', '""')}"\n`,
        'bedrock-logs-1-2026-11-20-10-00-00-abc': gzipSync(
          JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ message: converse(300, 0, 1) }] }),
        ),
        'cost.csv': 'day,cost\n1,2\n',
        'more.csv': 'day,cost\n1,2\n',
        'script.py': 'print()',
        'data/tokens_input.csv': 'day,tokens\n1,2\n',
        '.DS_Store': 'x',
      },
      async (folder) => {
        const { report: said } = await ask(folder)
        expect(said.total.inputTokens).toBe(321)
        expect(said.warnings.filter(({ code }) => code === 'files-not-read')).toEqual([
          {
            code: 'files-not-read',
            message:
              '4 files do not contain invocation logs and were not read: 3 .csv (such as cost.csv), 1 .py (script.py)',
          },
        ])
      },
    ))

  const OTHERS = {
    'package.json': '{ "name": "tool", "version": "1.0.0", "scripts": { "test": "jest" } }',
    'list.json': '[]',
    'README.txt': 'These are the logs of November.\n\n{see the wiki}\n',
    'app.log': '{"level":"info","msg":"started"}\n{"level":"info","msg":"ready"}\n',
    'cut.json': '{ "name": "to',
  }

  it('with files that are named as logs may be, and are none, is whole; they are named', () =>
    inFolder({ ...OTHERS, 'log.jsonl': LOG }, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.error).toBeUndefined()
      expect(outcome.report.total.inputTokens).toBe(206)
      expect(
        outcome.report.warnings.filter(({ code }) => code === 'files-not-read' || code === 'not-a-record'),
      ).toEqual([
        {
          code: 'files-not-read',
          message:
            '4 files do not contain invocation logs and were not read: 1 .txt (README.txt), 1 .log (app.log), 2 .json (such as cut.json)',
        },
      ])
    }))

  it.each<[string, string, string | Buffer]>([
    ['a log that was cut in its first record', 'a.json', LOG.split('\n')[1]?.slice(0, 90) ?? ''],
    ['a log that is damaged', 'a.json', LOG.replaceAll('"', "'")],
    ['a log in a form that is not read', 'a.json', JSON.stringify({ grid: [[LOG]] })],
    ['a packed log that was cut', 'a.json', JSON.stringify({ data: gzipSync(LOG).toString('base64').slice(0, 40) })],
    ['random bytes', 'a.json', Buffer.from('\u0001\u0002{"\u0003')],
    ['something in the place of a delivery', '20261120T110000000Z_0123456789abcdef.json', OTHERS['app.log']],
    ['something in the place of an export', '000000.gz', gzipSync(OTHERS['app.log'])],
  ])('with %s is reported in part', (_, name, content) =>
    inFolder({ [name]: content, 'log.jsonl': LOG }, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.error).toMatchObject({ kind: 'partial' })
      expect(outcome.report.total.inputTokens).toBe(206)
    }),
  )

  it('of nothing but other files is not whole', () =>
    inFolder(OTHERS, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.error).toMatchObject({ kind: 'partial' })
      expect(codes(outcome)).toContain('not-a-record')
    }))

  it.each(['logs//*.jsonl', 'logs/../logs/*.jsonl', './logs/./*.jsonl'])('is found by a glob written as %s', (glob) =>
    inFolder({ 'logs/own.jsonl': LOG }, async (folder) => {
      expect((await ask(`${folder}/${glob}`)).report.total.invocations).toBe(4)
    }),
  )

  it('is narrowed by a glob', () =>
    inFolder(FILES, async (folder) => {
      expect((await ask(`${folder}/**/*.json.gz`)).report.total.inputTokens).toBe(206)
      expect((await ask(`${folder}/{export,data}/*`)).report.total.inputTokens).toBe(240)
    }))

  it.each([['nowhere'], ['nowhere/*.gz'], ['notes.md/*']])('that has nothing to read is a usage error: %s', (path) =>
    inFolder({ 'notes.md': '' }, async (folder) => {
      await expect(ask(join(folder, path))).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(path),
        hint: expect.any(String),
      })
    }),
  )

  it('with a damaged file is reported without it, which is named and makes the report partial', () =>
    inFolder({ 'good.jsonl': STREAM, 'bad.json.gz': gzipSync(LOG).subarray(0, 60) }, async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.report.total.inputTokens).toBeGreaterThanOrEqual(120)
      expect(outcome.report.warnings).toContainEqual({
        code: 'gzip-truncated',
        message: expect.stringContaining('bad.json.gz'),
      })
      expect(outcome.error).toMatchObject({ kind: 'partial' })
    }))

  it('of an empty file and lines that are garbled is whole all the same', () =>
    inFolder(
      { 'empty.jsonl': '', 'b.jsonl': Buffer.concat([Buffer.from(STREAM), Buffer.from([0x0a])]) },
      async (folder) => {
        const outcome = await ask(folder)
        expect(codes(outcome)).toContain('empty-object')
        expect(outcome.error).toBeUndefined()
      },
    ))

  it('of more bad files than are worth naming says how many there are', () =>
    inFolder(
      Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`bad${index}.txt`, 'no record\n'])),
      async (folder) => {
        const bad = (await ask(folder)).report.warnings.filter(({ code }) => code === 'not-a-record')
        expect(bad).toHaveLength(11)
        expect(bad.at(-1)?.message).toBe('and 4 more like it, 14 in all')
      },
    ))
})

test('records of several accounts are reported together and said to be', () =>
  inFolder({ 'a.jsonl': `${STREAM}\n${recordLine({ account: '444455556666' })}\n` }, async (folder) => {
    const outcome = await ask(folder)
    expect(outcome.report.accountId).toBeNull()
    expect(outcome.report.accounts).toEqual([{ id: '111122223333' }, { id: '444455556666' }])
    expect(schemaFaults(outcome.report)).toEqual([])
    expect(outcome.report.warnings).toContainEqual({
      code: 'several-accounts',
      message: expect.stringMatching(/111122223333, 444455556666$/),
    })
  }))

test('records of several accounts can be told apart', () =>
  inFolder({ 'a.jsonl': `${STREAM}\n${recordLine({ account: '444455556666' })}\n` }, async (folder) => {
    const { report: said } = await ask(folder, {}, ['account'])
    expect(said.groups.map(({ key }) => key.account).sort()).toEqual(['111122223333', '444455556666'])
    expect(said.groups.map(({ invocations }) => invocations)).toEqual([1, 1])
    expect(said.warnings.map(({ code }) => code)).not.toContain('several-accounts')
  }))

test('a window without records is a report of zeros that says so', () =>
  inFolder({ 'a.jsonl': STREAM }, async (folder) => {
    const window = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 10, 2) }
    const outcome = await ask(folder, { window })
    expect(outcome.report).toMatchObject({
      accountId: null,
      accounts: [],
      regions: [],
      total: { invocations: 0, costUsd: 0 },
    })
    expect(codes(outcome)).toEqual(['no-usage', 'records-outside'])
  }))

test('files without any record are a report of the last hour', () =>
  inFolder({ 'a.jsonl': '\n' }, async (folder) => {
    expect((await ask(folder)).report.window.hours).toBe(1)
  }))

test('three years of records are told by the day', () =>
  inFolder({ 'a.jsonl': `${STREAM}\n${recordLine({ time: '2023-12-01T00:00:00Z' })}\n` }, async (folder) => {
    const { report: said } = await ask(folder, { window: { start: NOW - 3 * 365 * 86_400_000, end: NOW } })
    expect(said.total.invocations).toBe(2)
    // The first day and the last are half in it.
    expect(said.series).toHaveLength(3 * 365 + 1)
    expect(said.series.filter(({ partial }) => partial)).toHaveLength(2)
    expect(said.series.filter(({ invocations }) => invocations !== 0)).toHaveLength(2)
  }))

test('what is read and how much of it is told on the way', () =>
  inFolder({ 'a.jsonl': `${STREAM}\n`, 'b.jsonl': `${streamed()}\n` }, async (folder) => {
    const events: Event[] = []
    await report({ ...CX, emit: (event) => events.push(event) }, { source: { name: 'file', path: folder } })
    const total = 2 * Buffer.byteLength(`${STREAM}\n`)
    expect(events).toEqual([
      expect.objectContaining({ type: 'resource-start', label: '2 files', verb: 'reading' }),
      expect.objectContaining({ type: 'resource-progress', note: 'bytes', done: total / 2, total }),
      expect.objectContaining({ type: 'resource-progress', note: 'bytes', done: total, total }),
      expect.objectContaining({ type: 'resource-end', label: '2 files', outcome: 'done' }),
    ])
  }))

describe('links in a folder', () => {
  it('are read, and once where they lead to a file that is read already', () =>
    inFolder({ 'elsewhere/log.txt': LOG, 'logs/own.jsonl': logOf(streamed()) }, async (folder) => {
      await symlink(join(folder, 'elsewhere/log.txt'), join(folder, 'logs/linked.jsonl'))
      await symlink(join(folder, 'elsewhere/log.txt'), join(folder, 'logs/again.jsonl'))
      await symlink(join(folder, 'logs/own.jsonl'), join(folder, 'logs/a-name-for-own.jsonl'))
      expect((await ask(join(folder, 'logs'))).report.total.invocations).toBe(8)
    }))

  it('to a folder are told of only where a glob reaches into it', () =>
    inFolder({ 'logs/own.jsonl': LOG, 'logs/in/own.jsonl': logOf(streamed()) }, async (folder) => {
      await symlink(folder, join(folder, 'logs/round'))
      for (const beside of ['logs/*.jsonl', 'logs/*.{gz,jsonl}', 'logs/in/**', 'logs/i*/*.jsonl', 'logs/in/{a,o}*l']) {
        const { report: said, error } = await ask(join(folder, beside))
        expect([beside, error, said.warnings.filter(({ code }) => code === 'unreadable')]).toEqual([
          beside,
          undefined,
          [],
        ])
      }
      for (const into of ['logs/**', 'logs/**/*.jsonl', 'logs/*/own.jsonl', '{logs/*,logs}/*.jsonl']) {
        expect([into, (await ask(join(folder, into))).error?.kind]).toEqual([into, 'partial'])
      }
    }))

  it('are told of where they lead nowhere, or to a folder', () =>
    inFolder({ 'logs/own.jsonl': LOG }, async (folder) => {
      await symlink(join(folder, 'gone.jsonl'), join(folder, 'logs/broken.jsonl'))
      await symlink(folder, join(folder, 'logs/round'))
      const { report: said, error } = await ask(join(folder, 'logs'))
      expect(said.total.invocations).toBe(4)
      expect(error?.kind).toBe('partial')
      const messages = said.warnings.filter(({ code }) => code === 'unreadable').map(({ message }) => message)
      expect(messages).toEqual([
        expect.stringMatching(/broken\.jsonl: it could not be read/),
        expect.stringMatching(/round: it could not be read: links to folders are not followed.*pass --source file:\//),
      ])
    }))
})

test.each([
  '2026-11-20 10:00:00.000000000',
  '2026-11-20T10:00:00',
  '2026-11-20 10:00:00 UTC',
  '2026-11-20 10:00:00+0000',
  '2026-11-20T12:00:00.123+02:00',
])('the time %s is read, as UTC where it names no zone', (time) =>
  inFolder(
    {
      'a.jsonl': `${converse(1, 0, 1, { time })}\n${converse(2, 0, 1, { time })}\n`,
      'b.jsonl': converse(4, 0, 1, { time }),
    },
    async (folder) => {
      const outcome = await ask(folder)
      expect(outcome.report.total.inputTokens).toBe(7)
      expect(outcome.report.window.start).toBe('2026-11-20T10:00:00Z')
      expect(outcome.error).toBeUndefined()
      const told = outcome.report.warnings.filter(({ code }) => code === 'time-zone-assumed')
      expect(told).toHaveLength(/[Z+]|UTC/.test(time) ? 0 : 1)
    },
  ),
)
