/** @jest-environment-options {"clock": "real"} */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { ServiceId } from '../../src/aws/connection.ts'
import { readConnection } from '../../src/cli/session/connection.ts'
import { runAwsCli } from '../support/aws-cli.ts'
import { describeWith } from '../support/external.ts'
import {
  type Answers,
  type Asked,
  assumed,
  type LoopbackAws,
  loopbackAws,
  loopbackProxy,
} from '../support/loopback-aws.ts'
import { program } from '../support/program.ts'
import { SHARE } from '../support/share.ts'

/** The same files and variables are given to the AWS CLI and to the program: they have to ask the same hosts with the same keys. */
let folder: string
let asked: Asked[]
let a: LoopbackAws
let b: LoopbackAws
let proxy: LoopbackAws
let answers: Answers

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  asked = []
  answers = roles
  const told: Answers = (...args) => answers(...args)
  ;[a, b, proxy] = await Promise.all([
    loopbackAws('a', asked, told),
    loopbackAws('b', asked, told),
    loopbackProxy(asked),
  ])
})
afterEach(() => Promise.all([a, b, proxy].map((each) => each.close())))

/** Keys of a role are named after who asked for it, so that a chain of them can be told. */
const roles: Answers = (action, form, seen) =>
  /^AssumeRole/.test(action)
    ? assumed(action, `${form.get('RoleArn')?.split('/')[1]}-of-${seen.at(-1)?.key ?? form.get('WebIdentityToken')}`)
    : undefined

interface Given {
  config?: string
  credentials?: string
  env?: Record<string, string>
  profile?: string
}

async function environment({ config = '', credentials = '', env = {} }: Given): Promise<Record<string, string>> {
  const fill = (text: string) =>
    text
      .replace(/\bA_URL\b/g, a.url)
      .replace(/\bB_URL\b/g, b.url)
      .replace(/\bPROXY\b/g, proxy.url)
      .replace(/\bFOLDER\b/g, folder)
  await writeFile(join(folder, 'config'), fill(config))
  await writeFile(join(folder, 'credentials'), fill(credentials))
  return {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
  }
}

async function ofProgram(given: Given) {
  asked.length = 0
  const env = await environment(given)
  const line = [
    'permissions',
    'report',
    '--region',
    'us-east-1',
    ...(given.profile ? ['--profile', given.profile] : []),
  ]
  const finished = await program(line, { env })
  return { ...finished, asked: [...asked] }
}

async function ofCli(given: Given, ...call: string[]) {
  asked.length = 0
  // It keeps the keys of roles from one run to the next.
  await rm(join(folder, '.aws', 'cli'), { recursive: true, force: true })
  const env = { PATH: process.env.PATH ?? '', ...(await environment(given)) }
  const line = ['--region', 'us-east-1', ...(given.profile ? ['--profile', given.profile] : []), ...call]
  const finished = await runAwsCli(line, env)
  return { ...finished, asked: [...asked] }
}

const KEYS =
  '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s\n[prod]\naws_access_key_id = PROD\naws_secret_access_key = s\n'
const ENV_KEYS = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' }
const TWO = '[default]\nendpoint_url = A_URL\n[profile prod]\nendpoint_url = B_URL\n'
const PROD_ALONE = '[default]\nendpoint_url = A_URL\nuse_fips_endpoint = true\n[profile prod]\nregion = us-west-2\n'
/** Nothing of this goes out: the proxy takes note of the host and refuses. */
const RECORDING = { HTTPS_PROXY: 'PROXY' }
const SERVICES =
  '[profile prod]\nservices = mine\nendpoint_url = A_URL\n[services mine]\nsts =\n  endpoint_url = B_URL\niam =\n  endpoint_url = A_URL\n'
const ROLE = 'role_arn = arn:aws:iam::111122223333:role'
const CHAIN = `[profile prod]\n${ROLE}/outer\nsource_profile = middle\nendpoint_url = A_URL\n[profile middle]\n${ROLE}/inner\nsource_profile = keys\nendpoint_url = B_URL\n[profile keys]\naws_access_key_id = ROOT\naws_secret_access_key = s\n`

/** How each is told apart: by server, Host header, access key and what the signature is for. */
const SAME: [what: string, given: Given][] = [
  ["--profile goes where that profile's endpoint_url leads", { config: TWO, credentials: KEYS, profile: 'prod' }],
  ["no profile: the default's endpoint_url", { config: TWO, credentials: KEYS }],
  ['AWS_PROFILE', { config: TWO, credentials: KEYS, env: { AWS_PROFILE: 'prod' } }],
  ['AWS_DEFAULT_PROFILE', { config: TWO, credentials: KEYS, env: { AWS_DEFAULT_PROFILE: 'prod' } }],
  ['both variables', { config: TWO, credentials: KEYS, env: { AWS_DEFAULT_PROFILE: 'prod', AWS_PROFILE: 'default' } }],
  ['--profile before a variable', { config: TWO, credentials: KEYS, profile: 'prod', env: { AWS_PROFILE: 'default' } }],
  [
    "a profile takes no endpoint and no FIPS of the default's",
    { config: PROD_ALONE, credentials: KEYS, profile: 'prod', env: RECORDING },
  ],
  [
    'a profile of FIPS',
    { config: '[profile prod]\nuse_fips_endpoint = true\n', credentials: KEYS, profile: 'prod', env: RECORDING },
  ],
  [
    'a profile of FIPS by AWS_PROFILE',
    {
      config: '[profile prod]\nuse_fips_endpoint = true\n',
      credentials: KEYS,
      env: { ...RECORDING, AWS_PROFILE: 'prod' },
    },
  ],
  [
    'a profile of dual stack',
    { config: '[profile prod]\nuse_dualstack_endpoint = true\n', credentials: KEYS, profile: 'prod', env: RECORDING },
  ],
  ['AWS_USE_FIPS_ENDPOINT', { credentials: KEYS, env: { ...RECORDING, AWS_USE_FIPS_ENDPOINT: 'True' } }],
  [
    'AWS_USE_FIPS_ENDPOINT=false before the profile',
    {
      config: '[profile prod]\nuse_fips_endpoint = true\n',
      credentials: KEYS,
      profile: 'prod',
      env: { ...RECORDING, AWS_USE_FIPS_ENDPOINT: 'false' },
    },
  ],
  ['AWS_USE_DUALSTACK_ENDPOINT', { credentials: KEYS, env: { ...RECORDING, AWS_USE_DUALSTACK_ENDPOINT: 'true' } }],
  [
    'FIPS and an endpoint: the endpoint',
    { config: '[default]\nuse_fips_endpoint = true\nendpoint_url = A_URL\n', credentials: KEYS },
  ],
  [
    'sts_regional_endpoints of the profile',
    { config: '[profile prod]\nsts_regional_endpoints = legacy\n', credentials: KEYS, profile: 'prod', env: RECORDING },
  ],
  [
    'AWS_STS_REGIONAL_ENDPOINTS before the profile',
    {
      config: '[profile prod]\nsts_regional_endpoints = legacy\n',
      credentials: KEYS,
      profile: 'prod',
      env: { ...RECORDING, AWS_STS_REGIONAL_ENDPOINTS: 'regional' },
    },
  ],
  ['a services section before endpoint_url', { config: SERVICES, credentials: KEYS, profile: 'prod' }],
  [
    'AWS_ENDPOINT_URL before a services section',
    { config: SERVICES, credentials: KEYS, profile: 'prod', env: { AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'AWS_ENDPOINT_URL_STS before AWS_ENDPOINT_URL',
    { credentials: KEYS, env: { AWS_ENDPOINT_URL: 'A_URL', AWS_ENDPOINT_URL_STS: 'B_URL' } },
  ],
  [
    'AWS_ENDPOINT_URL_STS before the profile',
    { config: TWO, credentials: KEYS, env: { AWS_ENDPOINT_URL_STS: 'B_URL' } },
  ],
  [
    'a variable that is set to nothing',
    { config: TWO, credentials: KEYS, env: { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_STS: '' } },
  ],
  [
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    { config: TWO, credentials: KEYS, env: { ...RECORDING, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } },
  ],
  [
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS and AWS_ENDPOINT_URL',
    {
      credentials: KEYS,
      env: { ...RECORDING, AWS_ENDPOINT_URL: 'A_URL', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    },
  ],
  [
    'ignore_configured_endpoint_urls of the profile',
    { config: `${TWO}ignore_configured_endpoint_urls = true\n`, credentials: KEYS, profile: 'prod', env: RECORDING },
  ],
  ['HTTPS_PROXY with a login', { credentials: KEYS, env: { HTTPS_PROXY: 'http://ada:p%40ss@127.0.0.1:PROXY_PORT' } }],
  [
    'https_proxy before HTTPS_PROXY',
    { credentials: KEYS, env: { HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'PROXY' } },
  ],
  ['a proxy without its scheme', { credentials: KEYS, env: { HTTPS_PROXY: '127.0.0.1:PROXY_PORT' } }],
  [
    'HTTP_PROXY for an endpoint in the clear',
    { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'HTTPS_PROXY is not for an endpoint in the clear',
    { credentials: KEYS, env: { HTTPS_PROXY: 'PROXY', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'NO_PROXY with the host',
    { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', NO_PROXY: 'x.example,127.0.0.1', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'no_proxy with host and port',
    { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', no_proxy: '127.0.0.1:A_PORT', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'NO_PROXY with another port',
    { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.1:1', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  ['NO_PROXY=*', { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', NO_PROXY: '*', AWS_ENDPOINT_URL: 'A_URL' } }],
  [
    'NO_PROXY with a network, which is no name',
    { credentials: KEYS, env: { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.0/8', AWS_ENDPOINT_URL: 'A_URL' } },
  ],
  [
    'NO_PROXY is for a part of another name',
    { credentials: KEYS, env: { HTTPS_PROXY: 'PROXY', NO_PROXY: 'azonaws.com' } },
  ],
  ['keys of the environment', { config: TWO, credentials: KEYS, env: ENV_KEYS }],
  [
    'keys of the environment beside AWS_PROFILE',
    { config: TWO, credentials: KEYS, env: { ...ENV_KEYS, AWS_PROFILE: 'prod' } },
  ],
  ['keys of the environment beside --profile', { config: TWO, credentials: KEYS, profile: 'prod', env: ENV_KEYS }],
  [
    'keys in the config file',
    { config: '[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\nendpoint_url = A_URL\n' },
  ],
  [
    'keys in both files',
    {
      config: '[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\nendpoint_url = A_URL\n',
      credentials: KEYS,
    },
  ],
  [
    'a profile with a space in its name',
    {
      config: '[profile "my team"]\nendpoint_url = B_URL\naws_access_key_id = TEAM\naws_secret_access_key = s\n',
      profile: 'my team',
    },
  ],
  [
    'a profile called constructor',
    {
      config: '[profile constructor]\nendpoint_url = B_URL\n',
      credentials: '[constructor]\naws_access_key_id = WORD\naws_secret_access_key = s\n',
      profile: 'constructor',
    },
  ],
  [
    'names in capitals, colons and comments',
    { config: '# one\n[default]\nEndpoint_URL: A_URL\n; two\n', credentials: KEYS },
  ],
  ['a chain of roles', { config: CHAIN, profile: 'prod' }],
  [
    'a role of the profile itself',
    {
      config: `[profile prod]\n${ROLE}/self\nsource_profile = prod\nendpoint_url = A_URL\n`,
      credentials: KEYS,
      profile: 'prod',
    },
  ],
  [
    'a role with keys of the environment',
    {
      config: `[profile prod]\n${ROLE}/r\ncredential_source = Environment\nendpoint_url = A_URL\n`,
      profile: 'prod',
      env: ENV_KEYS,
    },
  ],
  [
    'STS of a role at an endpoint of its own',
    { config: CHAIN, profile: 'prod', env: { AWS_ENDPOINT_URL_STS: 'B_URL' } },
  ],
  [
    'web identity of the environment',
    {
      config: '[default]\nendpoint_url = A_URL\n',
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'FOLDER/token', AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/w' },
    },
  ],
  [
    'web identity of the environment beside --profile',
    {
      config: TWO,
      credentials: KEYS,
      profile: 'prod',
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'FOLDER/token', AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/w' },
    },
  ],
  [
    'web identity of a profile',
    {
      config: `[profile prod]\n${ROLE}/w\nweb_identity_token_file = FOLDER/token\nendpoint_url = B_URL\n`,
      profile: 'prod',
    },
  ],
  [
    'a role with keys of a web identity',
    {
      config: `[profile prod]\n${ROLE}/r\nsource_profile = web\nendpoint_url = A_URL\n[profile web]\n${ROLE}/w\nweb_identity_token_file = FOLDER/token\n`,
      profile: 'prod',
    },
  ],
  [
    'credential_process',
    { config: `[profile prod]\nendpoint_url = A_URL\ncredential_process = sh FOLDER/process\n`, profile: 'prod' },
  ],
  [
    'credential_process beside keys of the config file',
    {
      config: `[profile prod]\nendpoint_url = A_URL\ncredential_process = sh FOLDER/process\naws_access_key_id = CONFIG\naws_secret_access_key = s\n`,
      profile: 'prod',
    },
  ],
  [
    'credential_process beside keys of the credentials file',
    {
      config: `[profile prod]\nendpoint_url = A_URL\ncredential_process = sh FOLDER/process\n`,
      credentials: KEYS,
      profile: 'prod',
    },
  ],
  [
    'a role with keys of a process',
    {
      config: `[profile prod]\n${ROLE}/r\nsource_profile = p\nendpoint_url = A_URL\n[profile p]\ncredential_process = sh FOLDER/process\n`,
      profile: 'prod',
    },
  ],
]

const SSO = 'sso_account_id = 111122223333\nsso_role_name = R\n'
const START = 'sso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n'
const SSO_PROFILES: [what: string, given: Given][] = [
  ['legacy', { config: `[profile prod]\nendpoint_url = A_URL\n${START}${SSO}`, profile: 'prod' }],
  [
    'with a session, and the portal at an endpoint of its own',
    {
      config: `[profile prod]\nendpoint_url = A_URL\nservices = mine\nsso_session = x\n${SSO}[sso-session x]\n${START}[services mine]\nsso =\n  endpoint_url = B_URL\n`,
      profile: 'prod',
    },
  ],
]

/** One call of each service that the program uses, as the AWS CLI calls it. */
const CALLS: readonly [service: ServiceId, ...call: string[]][] = [
  ['sts', 'sts', 'get-caller-identity'],
  ['iam', 'iam', 'get-role', '--role-name', 'r'],
  ['s3', 's3api', 'list-buckets'],
  ['cloudwatch_logs', 'logs', 'describe-log-groups'],
  ['cloudwatch', 'cloudwatch', 'list-dashboards'],
  ['bedrock', 'bedrock', 'get-model-invocation-logging-configuration'],
  ['sns', 'sns', 'list-topics'],
  ['kms', 'kms', 'list-keys'],
  ['budgets', 'budgets', 'describe-budgets', '--account-id', '111122223333'],
  ['bcm_data_exports', 'bcm-data-exports', 'list-exports'],
  ['cost_explorer', 'ce', 'list-cost-allocation-tags'],
  ['service_quotas', 'service-quotas', 'list-services'],
  ['pricing', 'pricing', 'describe-services'],
  ['sso', 'sso', 'get-role-credentials', '--role-name', 'R', '--account-id', '111122223333', '--access-token', 't'],
  ['sso_oidc', 'sso-oidc', 'register-client', '--client-name', 'c', '--client-type', 'public'],
  ['signin', 'signin', 'create-o-auth2-token', '--token-input', '{"clientId":"c","grantType":"g"}'],
]

describeWith(['aws'], 'each service goes by the names by which the AWS CLI calls it', () => {
  test.each(SHARE.of(CALLS))('%s', async (service, ...call) => {
    const config = `[profile prod]\nservices = mine\nendpoint_url = A_URL\n[services mine]\n${service} =\n  endpoint_url = B_URL\n`
    const variable = { AWS_ENDPOINT_URL: 'A_URL', [`AWS_ENDPOINT_URL_${service.toUpperCase()}`]: 'B_URL' }
    for (const given of [
      { config, credentials: KEYS, profile: 'prod' },
      { credentials: KEYS, env: variable },
    ]) {
      const cli = await ofCli(given, ...call)
      const connection = await readConnection(given.profile, await environment(given))
      expect([...new Set(cli.asked.map(({ at }) => at)), connection.endpoint(service)]).toEqual(['b', b.url])
    }
  })
})

describeWith(['aws'], 'the program asks whom the AWS CLI asks, as whom it asks', () => {
  beforeEach(async () => {
    await writeFile(join(folder, 'token'), 'TOKEN')
    await writeFile(
      join(folder, 'process'),
      `echo '{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s", "SessionToken": "t"}'`,
    )
  })

  test.each(SHARE.of(SAME))('%s', async (_, given) => {
    const ports = (text: string) =>
      text.replace(/\bPROXY_PORT\b/g, String(proxy.port)).replace(/\bA_PORT\b/g, String(a.port))
    const env = Object.fromEntries(Object.entries(given.env ?? {}).map(([name, value]) => [name, ports(value)]))
    const cli = await ofCli({ ...given, env }, 'sts', 'get-caller-identity')
    const ours = await ofProgram({ ...given, env })
    expect(cli.asked).not.toEqual([])
    expect({ asked: ours.asked, done: ours.code === 0, stderr: ours.stderr }).toEqual({
      asked: cli.asked,
      done: cli.code === 0,
      stderr: expect.anything(),
    })
  })

  test.each(SSO_PROFILES)('SSO, %s', async (_, given) => {
    const until = Date.now() + 3_600_000
    const token = { accessToken: 'T', expiresAt: new Date(until).toISOString(), region: 'us-east-1' }
    const keys = { accessKeyId: 'SSO', secretAccessKey: 's', sessionToken: 't', expiration: until }
    answers = (action) => (action.startsWith('/federation') ? JSON.stringify({ roleCredentials: keys }) : undefined)
    const cache = join(folder, '.aws', 'sso', 'cache')
    await mkdir(cache, { recursive: true })
    for (const name of ['https://x.awsapps.com/start', 'x']) {
      const file = `${createHash('sha1').update(name).digest('hex')}.json`
      await writeFile(join(cache, file), JSON.stringify({ ...token, startUrl: 'https://x.awsapps.com/start' }))
    }
    const cli = await ofCli(given, 'sts', 'get-caller-identity')
    const ours = await ofProgram(given)
    await rm(join(folder, '.aws'), { recursive: true })
    expect(cli.asked.map(({ key }) => key)).toEqual([undefined, 'SSO'])
    expect(ours.asked).toEqual(cli.asked)
  })
})
