import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { withoutGivenSecrets, withoutSecrets } from '../../../src/core/secrets.ts'
import { runLine } from '../run.ts'

/** The part that must not be seen, and how it may be given. */
const SECRETS: [what: string, given: string, hidden: string][] = [
  ['a webhook', 'https://hooks.slack.com/services/T000/B000/tokentoken', 'tokentoken'],
  ['a URL with a password', 'https://ada:hunter2@example.com/', 'hunter2'],
  ['a URL with a token for a name', 'ftp://hunter2@example.com', 'hunter2'],
  ['a login without a scheme', 'ada:hunter2@proxy:3128', 'hunter2'],
  ['a URL with a password and no host', 'http://ada:hunter2@:bad', 'hunter2'],
  ['a URL with a password alone', '//ada:hunter2@', 'hunter2'],
  ['a password with a slash and an at-sign', 'http://ada:hun/t@er2@example.com', 'er2@'],
  ['a secret access key for a bucket', 's3://wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY/logs', 'wJalrXUtnFEMI'],
  ['a token in a query', 'https://example.com?token=hunter2', 'hunter2'],
  ['an access key id', 'AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
  ['a secret access key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'K7MDENG'],
  ['a secret access key with its name', 'aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'K7MDENG'],
  ['a password with its name', 'password=hunter2', 'hunter2'],
  ['a key of hex digits', '0123456789abcdef0123456789abcdef', '456789abcdef'],
  ['a token of GitHub', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', '292c6912'],
  ['a token of Slack', 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy', 'pdFZKVeTuE8sk7oOcHrzzqgy'],
  ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N', 'dozjgNryP4J3jVmNHl0w5N'],
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

const ENDPOINT = 'http://127.0.0.1:9'
const inFile = async (content: string) => {
  const file = join(folder, 'settings.json')
  await writeFile(file, content)
  return ['status', '--region', 'us-east-1', '--config', file]
}

/** Every place in which a value can be wrong. Each has to be an error that names the place. */
const PLACES: [place: string, named: RegExp, line: (secret: string) => Promise<[string[], Record<string, string>?]>][] =
  [
    [
      'a flag of a number',
      /--retention-days/,
      async (secret) => [['status', '--region', 'us-east-1', '--retention-days', secret]],
    ],
    ['a flag of a choice', /--format/, async (secret) => [['report', '--format', secret]]],
    ['a flag of a list', /--by/, async (secret) => [['report', '--by', secret]]],
    ['a flag of a step', /--only/, async (secret) => [['setup', '--region', 'us-east-1', '--only', secret]]],
    ['--region', /--region/, async (secret) => [['status', '--region', secret]]],
    ['--profile', /profile/, async (secret) => [['status', '--region', 'us-east-1', '--profile', secret]]],
    ['a command', /unknown command/, async (secret) => [[secret]]],
    ['a word too many', /takes no argument/, async (secret) => [['status', secret]]],
    ['an unknown flag', /unknown flag/, async (secret) => [['status', `--x=${secret}`]]],
    [
      'a variable',
      /BEDROCK_MONITOR_RETENTION_DAYS/,
      async (secret) => [['status', '--region', 'us-east-1'], { BEDROCK_MONITOR_RETENTION_DAYS: secret }],
    ],
    [
      "a shell script's variable",
      /LIFECYCLE_DAYS/,
      async (secret) => [['status', '--region', 'us-east-1'], { LIFECYCLE_DAYS: secret }],
    ],
    ['AWS_REGION', /AWS_REGION/, async (secret) => [['status'], { AWS_REGION: secret }]],
    ['AWS_PROFILE', /profile/, async (secret) => [['status', '--region', 'us-east-1'], { AWS_PROFILE: secret }]],
    [
      'AWS_USE_FIPS_ENDPOINT',
      /AWS_USE_FIPS_ENDPOINT/,
      async (secret) => [['status', '--region', 'us-east-1'], { AWS_USE_FIPS_ENDPOINT: secret }],
    ],
    [
      'AWS_MAX_ATTEMPTS',
      /AWS_MAX_ATTEMPTS/,
      async (secret) => [['status', '--region', 'us-east-1'], { AWS_MAX_ATTEMPTS: secret }],
    ],
    [
      'AWS_RETRY_MODE',
      /AWS_RETRY_MODE/,
      async (secret) => [['status', '--region', 'us-east-1'], { AWS_RETRY_MODE: secret }],
    ],
    [
      'a number in the file',
      /retentionDays/,
      async (secret) => [await inFile(JSON.stringify({ retentionDays: secret }))],
    ],
    ['a list in the file', /roleName/, async (secret) => [await inFile(JSON.stringify({ roleName: [secret] }))]],
    ['a key of the file', /unknown setting/, async (secret) => [await inFile(JSON.stringify({ [secret]: 1 }))]],
    ['a file that is no JSON', /not valid JSON/, async (secret) => [await inFile(`{ "httpsEndpoint": ${secret} }`)]],
    ['a file that is only it', /not valid JSON/, async (secret) => [await inFile(secret)]],
  ]

describe.each(PLACES)('in %s', (_, named, line) => {
  test.each(SECRETS)('%s is not shown', async (__, given, hidden) => {
    const [argv, more = {}] = await line(given)
    const env = { AWS_ENDPOINT_URL: ENDPOINT, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', ...more }
    for (const how of [['--json'], ['--debug']]) {
      const { code, stdout, stderr } = await runLine([...argv, ...how], { env, cwd: folder })
      expect([2, 4]).toContain(code)
      expect(stderr).toMatch(named)
      expect(stdout + stderr).not.toContain(hidden)
    }
  })
})

test.each(SECRETS)('%s that has come to be a setting is not shown with --debug', async (_, given, hidden) => {
  const env = { AWS_ENDPOINT_URL: ENDPOINT, AWS_MAX_ATTEMPTS: '1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' }
  const line = ['status', '--region', 'us-east-1', '--debug', '--dashboard-name', given, '--retention-days', '31']
  const { stdout, stderr } = await runLine(line, { env })
  expect(stdout + stderr).not.toContain(hidden)
})

test.each([
  'localhost:4566',
  'us-esat-1',
  'MyCompanyBedrockLoggingRole1',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
  'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  '/home/ada/projects/Monitoring2026/settings.json',
  'BEDROCK_MONITOR_HIGH_LATENCY_P99_THRESHOLD',
  'highLatencyP99Threshold',
  'bedrock-logs-111122223333-us-east-1',
  '2026-11-28T10:00:00Z',
  'ada@example.com',
  'http://127.0.0.1:4566',
])('%s is no secret', (value) => {
  expect(withoutSecrets(`'${value}'`)).toBe(`'${value}'`)
  expect(withoutGivenSecrets(`'${value}'`)).toBe(`'${value}'`)
})

test('what s3:// names is told whole, and of other URLs the host', () => {
  const say = (place: string) => `--source cur:${place}: no export there`
  expect(withoutGivenSecrets(say('s3://bills/cur/bedrock-billing'))).toBe(say('s3://bills/cur/bedrock-billing'))
  expect(withoutGivenSecrets(say('https://hooks.example.com/T0/B0'))).toBe(say('https://hooks.example.com/…'))
})

test('of a URL with a login and no host, what is not secret is told', () => {
  expect(withoutGivenSecrets("X is 'http://ada:hunter2@:bad': no URL")).toBe("X is 'http://…@:bad': no URL")
})
