import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../../src/sandbox/traffic.ts'
import { sumsBy } from '../../support/truth.ts'
import { onSandbox } from './on-sandbox.ts'

const { sandbox, run } = onSandbox()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('without anything to ask', () => {
  test('lists what there is, for people and for programs', async () => {
    const { code, stdout } = await run('query')
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(9)
    const { queries } = JSON.parse((await run('query --json')).stdout)
    expect(queries).toHaveLength(9)
    expect(queries[0]).toMatchObject({
      name: 'tokens-by-model',
      columns: expect.arrayContaining(['model', 'requests']),
    })
  })

  test('shows a query to paste, and asks AWS for nothing', async () => {
    const { code, stdout, stderr } = await run('query tokens-by-identity --show --model a.b-v1:0 --limit 3')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^# requests and tokens by who called.*\nfilter ispresent\(modelId\)\n\| filter modelId in \["a\.b-v1:0"\]/,
    )
    expect(stdout).toMatch(/\n\| limit 3\n$/)
    expect(stderr).toContain('/aws/bedrock/modelinvocations')
    expect(sandbox().calls).toEqual([])
  })

  test('shows several for a program, with the group that they are about', async () => {
    const { code, stdout } = await run('query tokens-by-model errors-by-code --show --json --log-group-name /mine')
    expect(code).toBe(0)
    const { logGroup, queries } = JSON.parse(stdout)
    expect(logGroup).toBe('/mine')
    expect(queries.map(({ name }: { name: string }) => name)).toEqual(['tokens-by-model', 'errors-by-code'])
    expect(queries[0].text).toContain('filter ispresent(modelId)')
  })

  test('says of a query that ranks by cost that the console cannot, and says nothing with --quiet', async () => {
    const { stderr } = await run('query costliest-requests --show')
    expect(stderr).toContain('there it ranks by tokens; run from here, it ranks by cost.')
    expect((await run('query tokens-by-model --show')).stderr).not.toContain('ranks by tokens')
    expect((await run('query costliest-requests --show --quiet')).stderr).toBe('')
  })

  test.each([
    ['query costliest-request', 'hint: did you mean costliest-requests?'],
    ['query requests-by-metadata', 'requests-by-metadata needs --key'],
    ['query tokens-by-model errors-by-code', 'runs one query at a time'],
    ['query --limit 5', '--limit needs the name of a query'],
    ['query tokens-by-model --show --save', '--show and --save contradict each other'],
    ['query tokens-by-model --model a"b', `--model is 'a"b'`],
    ['query requests-by-metadata --key a`b', "--key is 'a`b'"],
    ['query tokens-by-model --hours 1 --last 2d', '--hours 1 and --last 2d contradict each other'],
    ['query tokens-by-model --limit 0', "--limit is '0'"],
    ['query tokens-by-model --limit 2 --top 3', '--limit 2 and --top 3 contradict each other'],
    ['query tokens-by-model --sort identity', "--sort is 'identity': no column of this query"],
    ['query tokens-by-model --where team=a', "--where has the key 'team', which queries cannot filter by"],
    ['query tokens-by-model --where nonsense', "--where is 'nonsense': not KEY=GLOB"],
    ['query --where model=a', '--where needs the name of a query'],
    ['query --format csv', '--format needs the name of a query'],
    ['query tokens-by-model --open', '--open needs a file to open'],
    ['query tokens-by-model --columns requets', 'hint: did you mean requests?'],
    ['query tokens-by-model --output a.html', 'hint: use one of .txt, .json, .csv'],
    ['query tokens-by-model --json --format csv', '--json and --format csv contradict each other'],
  ])('%s is wrong usage', async (line, message) => {
    const { code, stderr } = await run(line)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
    expect(sandbox().calls).toEqual([])
  })
})

test('without a log group says how to come by one', async () => {
  const { code, stderr } = await run('query tokens-by-model')
  expect(code).toBe(1)
  expect(stderr).toContain('hint: turn logging on with bedrock-monitor setup --region us-east-1, or name another group')
})

describe('asked of a day of traffic', () => {
  let calls: Invocation[]
  beforeEach(async () => {
    await run('setup --yes --quiet --only 1,2,2b,3')
    const { account, services } = sandbox()
    const { start } = lastHours(Date.now(), 3)
    calls = generateTraffic({ seed: 4, start, end: Date.now(), account, region: 'us-east-1', steady: true })
    playTraffic(services, calls)
  })

  test('tells the truth as JSON, with what it cost to ask', async () => {
    const { code, stdout } = await run('query tokens-by-identity --hours 4 --json')
    expect(code).toBe(0)
    const { rows, ...report } = JSON.parse(stdout)
    expect(report).toMatchObject({ schemaVersion: 1, command: 'query', query: 'tokens-by-identity', limited: false })
    const { bytes, queries, costUsd } = report.scanned
    expect([queries, costUsd]).toEqual([1, (bytes / 1e9) * 0.005])
    const sums = sumsBy(calls, ({ identity }) => identity)
    expect(rows).toHaveLength(sums.size)
    for (const { identity, inputTokens } of rows) expect(inputTokens).toBe(sums.get(identity)?.inputTokens)
  })

  test('as a table keeps within the terminal, down to a narrow one', async () => {
    for (const columns of [160, 100, 50]) {
      const { stdout } = await run('query costliest-requests --limit 3', { columns, tty: true })
      expect(stdout).toMatch(/^costliest-requests: the single requests/)
      expect(stdout).toMatch(/\$0\.\d{6}/)
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
  })

  test('as CSV holds the rows alone, and what else is to be said is on stderr', async () => {
    const { stdout, stderr } = await run('query errors-by-code --format csv --limit 2')
    const [header, ...lines] = stdout.trim().split('\r\n')
    expect(header).toBe('errorCode,model,requests,identities')
    expect(lines).toHaveLength(2)
    expect(stderr).toContain('These are the first 2 rows')
    expect(stderr).toContain('Logs Insights scanned')
    const costed = (await run('query tokens-by-model --format csv')).stdout.split('\r\n')[0]?.split(',') ?? []
    expect(costed.slice(-2)).toEqual(['costUsd', 'costIsFloor'])
    expect(new Set(costed).size).toBe(costed.length)
  })

  test('in the order, of the columns and as many as were asked for', async () => {
    const { rows } = JSON.parse((await run('query tokens-by-identity --json')).stdout)
    const identities = rows.map(({ identity }: { identity: string }) => identity).sort()
    const line = 'query tokens-by-identity --format csv --sort identity:desc --columns calls,identity,input'
    const sorted = (await run(`${line} --quiet`)).stdout.trim().split('\r\n')
    expect(sorted[0]).toBe('requests,identity,inputTokens')
    expect(sorted.slice(1).map((row) => row.split(',')[1])).toEqual(identities.toReversed())
    expect((await run(`${line} --top 1 --quiet`)).stdout.trim().split('\r\n')).toEqual(sorted.slice(0, 2))
    const least = Math.min(...rows.map(({ inputTokens }: { inputTokens: number }) => inputTokens))
    const fewest = JSON.parse((await run('query tokens-by-identity --json --sort input:asc --top 1')).stdout)
    expect(fewest.rows).toEqual([rows.find(({ inputTokens }: { inputTokens: number }) => inputTokens === least)])
    expect(fewest.limited).toBe(true)
    const named = (await run('query tokens-by-identity --sort name --quiet')).stdout.split('\n')
    expect(named[0]).toBe('tokens-by-identity: requests and tokens by who called, sorted by name')
    expect((await run('query tokens-by-identity --sort tokens')).stderr).toContain("'tokens': no column of this query")
  })

  test('of only what --where fits, by whatever the log tells of a call', async () => {
    const asked = async (line: string) => JSON.parse((await run(`query ${line} --json`)).stdout)
    const own = (fits: (call: Invocation) => boolean) => calls.filter(fits)
    const batch = own(({ identity }) => identity.includes('batch'))
    for (const key of ['identity', 'role', 'user']) {
      const { rows, where } = await asked(`tokens-by-model --where ${key}=*${key === 'role' ? 'NIGHTLY*' : 'BATCH*'}`)
      expect(where).toEqual({ [key]: [expect.any(String)] })
      const requests = rows.reduce((sum: number, row: { requests: number }) => sum + row.requests, 0)
      expect(requests).toBe(key === 'user' ? 0 : batch.length)
    }
    const { rows } = await asked('costliest-requests --where model=*nova*,*haiku* --limit 1000')
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ model }: { model: string }) => !/nova|haiku/.test(model))).toEqual([])
    const teams = await asked('requests-by-metadata --key team --where metadata:team=sup?ort')
    expect(teams.rows.map(({ value }: { value: string }) => value)).toEqual(['support'])
    const { stdout } = await run('query latency-by-model --where model=*claude* --quiet')
    expect(stdout.split('\n')[0]).toMatch(/, slowest p99 first, only model=\*claude\*$/)
  })

  test('of which one Region cannot be asked tells the rest, and is partly done', async () => {
    await run('setup --yes --quiet --only 1,2,2b,3 --region eu-west-1')
    sandbox().faults.push({ kind: 'access-denied', service: 'logs', operation: 'StartQuery' })
    const { code, stdout, stderr } = await run('query tokens-by-model --region us-east-1,eu-west-1')
    expect(code).toBe(5)
    expect(stdout).toMatch(/^tokens-by-model: /)
    expect(stderr).toContain('error: the answer is incomplete: see its warnings\nhint: run it again')
  })

  test('to a file, as a table without colour', async () => {
    const file = join(folder, 'models.txt')
    const { code, stdout } = await run(`query tokens-by-model --format table --output ${file}`, {
      tty: true,
      env: { NO_COLOR: '', FORCE_COLOR: '1' },
    })
    expect([code, stdout]).toEqual([0, ''])
    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/^tokens-by-model: /)
    expect(text).not.toContain('\u001b')
  })

  test('to a file, in the format of its name', async () => {
    const file = join(folder, 'teams.csv')
    const { code, stdout } = await run(`query requests-by-metadata --key team --output ${file}`)
    expect([code, stdout]).toEqual([0, ''])
    const teams = (await readFile(file, 'utf8')).split('\r\n').map((line) => line.split(',')[0])
    expect(teams).toEqual(expect.arrayContaining(['value', 'support', 'search']))
  })
})

test('saves all but those that need a key, says so, and cleanup takes them', async () => {
  const saved = await run('query --save')
  expect(saved.stdout).toMatch(/^query: 8 created\./)
  expect(saved.stderr).toContain('requests-by-metadata was not saved: it needs --key')
  expect((await run('query --save')).stdout).toMatch(/^query: 8 unchanged\./)
  expect((await run('query requests-by-metadata --key team --save')).stdout).toMatch(/^query: 1 created\./)
  expect((await run('cleanup --yes')).stdout).toContain('9 removed')
})
