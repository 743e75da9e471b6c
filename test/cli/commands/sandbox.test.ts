import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { runLine } from '../run.ts'

/** Runs `sandbox` until it has told where it is, does `work` there, and stops it. */
async function whileRunning(
  argv: string[],
  work: (url: string) => Promise<unknown> = async () => {},
  env: Record<string, string> = {},
) {
  const controller = new AbortController()
  const finished = runLine(argv, {
    signal: controller.signal,
    env,
    meanwhile: async ({ stdout }) => {
      while (!stdout.text.includes('http://')) await new Promise((resolve) => setTimeout(resolve, 5))
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout.text) ?? []
      await work(url).finally(() => controller.abort())
    },
  })
  return finished
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('prints the variables that lead to it, and to stdout nothing else', async () => {
  const { code, stdout, stderr } = await whileRunning(['sandbox'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n(export AWS_\w+=\S+\n)+$/)
  expect(stderr).toMatch(/6 models by 3 identities/)
})

test('tells how many calls go on while it runs', async () => {
  expect((await whileRunning(['sandbox', '--live', '30'])).stderr).toContain('and 30 a minute from now on')
  expect((await whileRunning(['sandbox', '--live', '0'])).stderr).not.toContain('a minute')
  expect(await runLine(['sandbox', '--live', '-1'])).toMatchObject({ code: 2 })
})

test('takes a profile and a session token out of the way, which would outrank or spoil its keys', async () => {
  const { stdout } = await whileRunning(['sandbox'], undefined, {
    ...{ AWS_PROFILE: 'prod', AWS_SESSION_TOKEN: 'x', AWS_DEFAULT_PROFILE: 'dev' },
    ...{
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      HTTP_PROXY: 'http://p',
    },
  })
  expect(stdout).toMatch(
    /\n(unset (AWS_PROFILE|AWS_SESSION_TOKEN|AWS_DEFAULT_PROFILE|AWS_ENDPOINT_URL_S3|AWS_IGNORE_CONFIGURED_ENDPOINT_URLS|HTTP_PROXY)\n){6}$/,
  )
})

test('answers while it runs and no longer', async () => {
  let at = ''
  await whileRunning(['sandbox', '--quiet'], async (url) => {
    at = url
    expect((await fetch(url)).status).toBeGreaterThanOrEqual(400)
  })
  await expect(fetch(at)).rejects.toThrow()
})

test('for a program it is one JSON, and the same seed is the same traffic', async () => {
  const traffic = async (seed: string) => {
    const { stdout } = await whileRunning(['sandbox', '--json', '--seed', seed, '--region', 'eu-west-1'])
    const { env, ...result } = JSON.parse(stdout)
    expect(result).toMatchObject({ schemaVersion: 1, command: 'sandbox', ok: true, region: 'eu-west-1' })
    expect(env.AWS_REGION).toBe('eu-west-1')
    return result.traffic
  }
  const seven = await traffic('7')
  expect(seven).toMatchObject({ seed: 7, models: 6, identities: 3, records: 0 })
  expect((await traffic('8')).inputTokens).not.toBe(seven.inputTokens)
})

test('a folder for the bill that cannot be made is told before anything starts', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  const { code, stderr } = await runLine(['sandbox', '--cur', join(file, 'bill')])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error: --cur .*bill: no folder can be made there \(ENOTDIR\)\nhint: name another folder\n$/)
})

test('a port that is taken is a failure that names it', async () => {
  const other = await startSandbox()
  try {
    const port = new URL(other.url).port
    const { code, stderr } = await runLine(['sandbox', '--port', port])
    expect(code).toBe(1)
    expect(stderr).toBe(
      `error: the sandbox cannot listen on port ${port}: it is taken\nhint: pass another --port, or none for a free one\n`,
    )
  } finally {
    await other.close()
  }
})

describe('faults', () => {
  const sts = (url: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization:
          'AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })

  test.each(['utf8', 'utf16le'] as const)('of a file in %s strike', async (encoding) => {
    const file = join(folder, 'faults.json')
    await writeFile(file, '\uFEFF[{ "kind": "503", "service": "sts" }]', encoding)
    await whileRunning(['sandbox', '--faults', file], async (url) => {
      expect([(await sts(url)).status, (await sts(url)).status]).toEqual([503, 200])
    })
  })

  test.each([
    ['that is not there', undefined, /bad\.json: there is no such file$/m],
    ['that is not JSON', '{', /JSON/],
    ['that names an unknown kind', '[{ "kind": "flood" }]', /faults\[0\] needs a kind/],
  ])('of a file %s are refused', async (_, content, says) => {
    const file = join(folder, 'bad.json')
    if (content === undefined) await rm(file, { force: true })
    else await writeFile(file, content)
    const { code, stderr } = await runLine(['sandbox', '--faults', file])
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)])
  })
})
