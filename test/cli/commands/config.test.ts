import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { runLine } from '../run.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const run = (line: string, env = {}) => runLine(line.split(' '), { cwd, env: { COLUMNS: '80', ...env } })
const read = (name: string) => readFile(join(cwd, name), 'utf8')
const schemaOf = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../../src/schema/${name}.schema.json`, import.meta.url), 'utf8'))

async function json(line: string, env = {}) {
  const { code, stdout } = await run(`${line} --json`, env)
  const result = JSON.parse(stdout)
  const isValid = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    strictTypes: false,
  }).compile(await schemaOf('config-report'))
  expect([isValid(result), isValid.errors]).toEqual([true, null])
  return { code, result }
}

describe('config init', () => {
  test('writes a file that check takes, and beside it the schema that the file names', async () => {
    expect((await run('config init --retention-days 90')).code).toBe(0)
    expect((await readdir(cwd)).sort()).toEqual(['bedrock-monitor.json', 'bedrock-monitor.schema.json'])
    const text = await read('bedrock-monitor.json')
    expect(text).toContain('  "retentionDays": 90,\n')
    expect(text).toContain('"$schema": "./bedrock-monitor.schema.json"')
    expect(JSON.parse(await read('bedrock-monitor.schema.json'))).toEqual(await schemaOf('config'))
    expect(await run('config check')).toMatchObject({ code: 0, stdout: 'bedrock-monitor.json is valid.\n' })
  })

  test('replaces no file unless it is told to', async () => {
    await writeFile(join(cwd, 'mine.json'), 'not JSON at all')
    const { code, stderr } = await run('config init --config mine.json')
    expect([code, stderr]).toEqual([2, expect.stringContaining('mine.json already exists')])
    expect(await read('mine.json')).toBe('not JSON at all')
    expect((await json('config init --config mine.json --force')).result.written).toContain('mine.json')
    expect(await run('config check --config mine.json')).toMatchObject({ code: 0 })
  })

  test('refuses a value that is not valid, and writes nothing', async () => {
    expect((await run('config init --lifecycle-days 0')).code).toBe(2)
    const nowhere = await run('config init --config gone/mine.json')
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toMatch(/^error: gone\/mine\.json: there is no folder .*gone\nhint: create it/)
    expect(await readdir(cwd)).toEqual([])
  })
})

describe('config show', () => {
  test('says of every setting what applies and where it came from, and no secret', async () => {
    await writeFile(
      join(cwd, 'bedrock-monitor.json'),
      '{\n "retentionDays": 90,\n "topicName": "alerts",\n "prices": { "m": { "inputPerMillion": 1 } }\n}',
    )
    const env = { RETENTION_DAYS: '14', BEDROCK_MONITOR_HTTPS_ENDPOINT: 'https://hooks.example/k3y' }
    const { code, result } = await json('config show --alarms strict --lifecycle-days 45', env)
    expect(code).toBe(0)
    const of = Object.fromEntries(result.settings.map(({ key, ...rest }: { key: string }) => [key, rest]))
    expect(of).toMatchObject({
      retentionDays: { value: 14, source: 'environment', from: 'RETENTION_DAYS' },
      topicName: { value: 'alerts', source: 'file', from: 'bedrock-monitor.json:3' },
      prices: { value: { m: [{ inputPerMillion: 1 }] }, from: 'bedrock-monitor.json:4' },
      lifecycleDays: { value: 45, source: 'flag', from: '--lifecycle-days' },
      anomaly: { value: true, source: 'alarms', from: 'alarms strict' },
      roleName: { value: 'BedrockCloudWatchLoggingRole', source: 'default' },
      httpsEndpoint: { value: null, source: 'environment' },
    })
    expect(result).toMatchObject({ region: { value: null, from: null }, profile: { value: null, from: null } })
    const reach = await json('config show --profile none-such', { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'prod' })
    expect(reach.result).toMatchObject({
      region: { value: 'eu-west-1', from: 'AWS_REGION' },
      profile: { value: 'none-such', from: '--profile' },
    })
    const { stdout } = await run('config', env)
    expect(stdout).toMatch(/^region +not given$/m)
    expect(stdout).toMatch(/^retentionDays +14 +RETENTION_DAYS$/m)
    expect(stdout).not.toContain('k3y')
  })
})

describe('config check', () => {
  test('names all that is not valid, with file and line, in the file, the environment and flags', async () => {
    await writeFile(join(cwd, 'bedrock-monitor.json'), '{\n "retentionDays": 31,\n "retentionDay": 5,\n}')
    const line = 'config check --lifecycle-days 0'
    const env = { ERROR_RATE_THRESHOLD: 'many', RETENTION_DAYS: '30' }
    const { code, stdout } = await run(line, env)
    expect(code).toBe(2)
    expect(stdout.split('\n').filter((text) => !text.startsWith(' '))).toEqual([
      'bedrock-monitor.json:2: retentionDays is 31: not one of 1, 3, 5, 7, 14, 30, 60,',
      "bedrock-monitor.json:3: unknown setting 'retentionDay'",
      '--lifecycle-days is "0": not a whole number of days from 1 to 36500',
      'ERROR_RATE_THRESHOLD is "many": not a number',
      '',
    ])
    expect(stdout).toContain('  hint: did you mean retentionDays?\n')
    const { result } = await json(line, env)
    expect(result.problems.map(({ path = [] }) => path.join())).toEqual(['retentionDays', 'retentionDay', '', ''])
  })

  test('tells where a file is no JSON, and needs no file', async () => {
    expect(await run('config check')).toMatchObject({ code: 0, stdout: expect.stringContaining('is valid') })
    await writeFile(join(cwd, 'bedrock-monitor.json'), '{\n "a": 1\n "b": 2 }')
    const { code, stdout } = await run('config check')
    expect([code, stdout]).toEqual([2, expect.stringContaining('bedrock-monitor.json:3: the file is not valid JSON')])
  })
})
