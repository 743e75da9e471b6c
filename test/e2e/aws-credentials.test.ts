import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { runLine } from '../cli/run.ts'
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

let folder: string
let asked: Asked[]
let aws: LoopbackAws
let answers: Answers

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  asked = []
  answers = () => undefined
  aws = await loopbackAws('aws', asked, (...args) => answers(...args))
})
afterEach(() => aws.close())

const ROLE = 'arn:aws:iam::111122223333:role'
const KEYS = '[profile keys]\naws_access_key_id = ROOT\naws_secret_access_key = s\n'

/** A profile called prod, and what comes of a command with it. */
async function run(config: string, { line = 'permissions report', env = {} } = {}) {
  const file = join(folder, 'config')
  await writeFile(file, config.replace(/\bFOLDER\b/g, folder))
  const all = { AWS_CONFIG_FILE: file, AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: aws.url, ...env }
  return runLine([...line.split(' '), '--region', 'us-east-1', '--profile', 'prod'], { env: all, cwd: folder })
}

const process_ = (script: string) => `[profile prod]\ncredential_process = sh FOLDER/p '${script}'\n`
beforeEach(() => writeFile(join(folder, 'p'), 'eval "$1"'))

describe('credential_process that fails is told with its own reason, exit 4', () => {
  test.each([
    ['by an exit code', 'echo "vault is sealed" >&2; exit 3', /failed with exit code 3: vault is sealed/],
    ['without a word', 'exit 7', /failed with exit code 7, with nothing on stderr/],
    ['by no JSON', 'echo hello', /printed something that is not a JSON object/],
    ['by another version', 'echo "{\\"Version\\": 2}"', /printed a Version other than 1/],
    ['by no keys', 'echo "{\\"Version\\": 1}"', /printed no AccessKeyId/],
    [
      'by keys of yesterday',
      'echo "{\\"Version\\": 1, \\"AccessKeyId\\": \\"A\\", \\"SecretAccessKey\\": \\"s\\", \\"Expiration\\": \\"2020-01-01T00:00:00Z\\"}"',
      /printed credentials that have expired/,
    ],
  ])('%s', async (_, script, why) => {
    const { code, stderr } = await run(process_(script))
    expect([code, stderr]).toEqual([4, expect.stringMatching(why)])
    expect(stderr).toContain('credential_process of profile prod')
    expect(stderr).toMatch(/^hint: /m)
    expect(asked).toEqual([])
  })

  test('a key among its words is not shown, nor its command line', async () => {
    const { stderr } = await run(`${process_('echo "no AKIAIOSFODNN7EXAMPLE" >&2; exit 1')}# \n`)
    expect(stderr).toContain('failed with exit code 1')
    expect(stderr).not.toContain('IOSFODNN7EXAMPLE')
    expect(stderr).not.toContain('eval')
  })

  test('one that is not there', async () => {
    const { code, stderr } = await run('[profile prod]\ncredential_process = /nowhere/at-all --password hunter2\n')
    expect([code, stderr]).toEqual([4, expect.stringContaining('exit code 127')])
    expect(stderr).not.toContain('hunter2')
  })

  test('one that waits for ever ends with the interruption', async () => {
    const { code } = await program(['permissions', 'report', '--region', 'us-east-1', '--profile', 'prod'], {
      env: { AWS_CONFIG_FILE: await configFile('[profile prod]\ncredential_process = sleep 600\n') },
      onStderr: (text, kill) => {
        if (text.includes('checking credentials') && !text.includes('stopping')) kill('SIGINT')
      },
    })
    expect(code).toBe(130)
  })
})

async function configFile(text: string): Promise<string> {
  const file = join(folder, 'config')
  await writeFile(file, text.replace(/\bFOLDER\b/g, folder))
  return file
}

describe('a role that cannot be assumed, exit 4', () => {
  const refuse = (code: string, message: string): Answers => {
    return (action) => (/^AssumeRole/.test(action) ? { status: 403, code, message } : undefined)
  }

  test('AWS refuses', async () => {
    answers = refuse('AccessDenied', 'User ROOT is not authorized to perform: sts:AssumeRole')
    const { code, stderr } = await run(`[profile prod]\nrole_arn = ${ROLE}/r\nsource_profile = keys\n${KEYS}`)
    expect([code, stderr]).toEqual([4, expect.stringContaining(`profile prod cannot assume ${ROLE}/r`)])
    expect(stderr).toContain('User ROOT is not authorized')
    expect(stderr).toContain('trust policy')
  })

  test.each([
    ['InvalidIdentityToken', 'No OpenIDConnect provider found'],
    ['ExpiredTokenException', 'Token expired'],
    ['IDPRejectedClaim', 'the claim was refused'],
  ])('the token of a web identity: %s', async (error, message) => {
    answers = refuse(error, message)
    await writeFile(join(folder, 'token'), 'TOKEN')
    const { code, stderr } = await run(`[profile prod]\nrole_arn = ${ROLE}/w\nweb_identity_token_file = FOLDER/token\n`)
    expect([code, stderr]).toEqual([4, expect.stringContaining(message)])
    expect(stderr).not.toContain('TOKEN ')
  })

  test.each<[string, string, RegExp]>([
    [
      'a token file that is not there',
      `role_arn = ${ROLE}/w\nweb_identity_token_file = /nowhere`,
      /token file \/nowhere: there is no such file/,
    ],
    ['a token file without a role', 'web_identity_token_file = /nowhere', /names a token file and no role/],
    ['a source that is not there', `role_arn = ${ROLE}/r\nsource_profile = nobody`, /there is no profile 'nobody'/],
    ['a source without credentials', `role_arn = ${ROLE}/r\nsource_profile = bare`, /profile bare has no credentials/],
    [
      'a chain that comes back',
      `role_arn = ${ROLE}/r\nsource_profile = other`,
      /comes back to itself: prod, other, prod/,
    ],
    ['no source at all', `role_arn = ${ROLE}/r`, /neither source_profile nor credential_source/],
    [
      'two sources',
      `role_arn = ${ROLE}/r\nsource_profile = keys\ncredential_source = Environment`,
      /both source_profile and/,
    ],
    [
      'a source of a kind that there is none of',
      `role_arn = ${ROLE}/r\ncredential_source = constructor`,
      /is not one of Environment/,
    ],
    ['an environment without keys', `role_arn = ${ROLE}/r\ncredential_source = Environment`, /has no credentials/],
    [
      'a role that asks for a code',
      `role_arn = ${ROLE}/r\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/a`,
      /asks for an MFA code/,
    ],
    ['a key without its secret', 'aws_access_key_id = A', /an access key id without its secret/],
    ['nothing', 'region = us-east-1', /there are no AWS credentials: profile prod has none/],
  ])('%s', async (_, section, why) => {
    const others = `${KEYS}[profile bare]\nregion = x\n[profile other]\nrole_arn = ${ROLE}/o\nsource_profile = prod\n`
    const { code, stderr } = await run(`[profile prod]\n${section}\n${others}`)
    expect([code, stderr]).toEqual([4, expect.stringMatching(why)])
    expect(stderr).toMatch(/^hint: /m)
    expect(asked).toEqual([])
  })

  test('a fault of the network on the way to it is one of the network', async () => {
    const config = `[profile prod]\nrole_arn = ${ROLE}/r\nsource_profile = keys\n${KEYS}`
    const { code, stderr } = await run(config, {
      env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' },
    })
    expect([code, stderr]).toEqual([1, expect.stringContaining('sts:AssumeRole failed')])
  })
})

describe('credentials that run out in mid-run', () => {
  const role = `[profile prod]\nrole_arn = ${ROLE}/r\nsource_profile = keys\n${KEYS}`
  const line = 'status --only iam'

  test('are renewed before they do', async () => {
    let times = 0
    answers = (action) =>
      action === 'AssumeRole' ? assumed(action, `KEY${++times}`, times === 1 ? 60_000 : 3_600_000) : undefined
    await run(role, { line })
    const keys = asked.filter(({ action }) => action !== 'AssumeRole').map(({ key }) => key)
    expect(keys).toContain('KEY2')
    expect(keys).not.toContain('ROOT')
  })

  test('are renewed when AWS says that they have', async () => {
    let times = 0
    answers = (action, _, seen) => {
      if (action === 'AssumeRole') return assumed(action, `KEY${++times}`)
      const gone = seen.at(-1)?.key === 'KEY1'
      return gone ? { status: 403, code: 'ExpiredToken', message: 'The security token has expired' } : undefined
    }
    const { code } = await run(role)
    expect([code, asked.map(({ key }) => key)]).toEqual([0, ['ROOT', 'KEY1', 'ROOT', 'KEY2']])
  })

  test('and cannot be renewed: exit 4', async () => {
    const keys = '[profile prod]\naws_access_key_id = OLD\naws_secret_access_key = s\naws_session_token = t\n'
    answers = () => ({ status: 403, code: 'ExpiredToken', message: 'The security token has expired' })
    const { code, stderr } = await run(keys)
    expect([code, stderr]).toEqual([4, expect.stringContaining('The security token has expired')])
    expect(asked).toHaveLength(1)
  })

  test('and whose source is refused now: exit 4', async () => {
    let times = 0
    answers = (action, _, seen) => {
      if (action === 'AssumeRole' && ++times > 1) return { status: 403, code: 'AccessDenied', message: 'no longer' }
      if (action === 'AssumeRole') return assumed(action, 'KEY1')
      return seen.at(-1)?.key === 'KEY1' ? { status: 403, code: 'ExpiredToken', message: 'expired' } : undefined
    }
    const { code, stderr } = await run(role)
    expect([code, stderr]).toEqual([4, expect.stringContaining('no longer')])
  })
})

describe('SSO', () => {
  const legacy =
    '[profile prod]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = R\n'
  const session =
    '[profile prod]\nsso_session = mine\nsso_account_id = 111122223333\nsso_role_name = R\n[sso-session mine]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n'
  const home = async (name: string, expiresInMs: number) => {
    const cache = join(folder, '.aws', 'sso', 'cache')
    await mkdir(cache, { recursive: true })
    const token = {
      accessToken: 'T',
      expiresAt: new Date(Date.now() + expiresInMs).toISOString(),
      region: 'us-east-1',
      startUrl: 'https://x.awsapps.com/start',
    }
    await writeFile(join(cache, `${createHash('sha1').update(name).digest('hex')}.json`), JSON.stringify(token))
  }
  const start = async (config: string) =>
    program(['permissions', 'report', '--region', 'us-east-1', '--profile', 'prod'], {
      env: { HOME: folder, AWS_CONFIG_FILE: await configFile(config), AWS_ENDPOINT_URL: aws.url },
    })
  afterEach(() => rm(join(folder, '.aws'), { recursive: true, force: true }))

  test.each([
    ['legacy', legacy, 'https://x.awsapps.com/start'],
    ['with a session', session, 'mine'],
  ])('%s: nobody has signed in, or it is too long ago', async (_, config, name) => {
    for (const expiresInMs of [undefined, -1_000]) {
      if (expiresInMs !== undefined) await home(name, expiresInMs)
      const { code, stderr } = await start(config)
      expect([code, stderr]).toEqual([4, expect.stringContaining('hint: aws sso login --profile prod')])
      expect(stderr).toContain('profile prod is not signed in')
    }
  })

  test.each([
    ['legacy', legacy, 'https://x.awsapps.com/start'],
    ['with a session', session, 'mine'],
  ])('%s: the keys of the role are used', async (_, config, name) => {
    await home(name, 3_600_000)
    const keys = { accessKeyId: 'SSO', secretAccessKey: 's', sessionToken: 't', expiration: Date.now() + 3_600_000 }
    answers = (action) => (action.startsWith('/federation') ? JSON.stringify({ roleCredentials: keys }) : undefined)
    const { code, stderr } = await start(config)
    expect([code, stderr]).toEqual([0, expect.anything()])
    expect(asked.map(({ key, action }) => key ?? action)).toEqual(['/federation/credentials', 'SSO'])
  })

  test('AWS no longer knows the token: sign in', async () => {
    await home('mine', 3_600_000)
    answers = () => ({ status: 401, code: 'UnauthorizedException', message: 'Session token not found or invalid' })
    const { code, stderr } = await start(session)
    expect([code, stderr]).toEqual([4, expect.stringContaining('hint: aws sso login --profile prod')])
  })

  test.each([
    ['sso_region', 'eu-west-1'],
    ['sso_start_url', 'https://y.awsapps.com/start'],
  ])('a profile and its session that name another %s are refused', async (name, value) => {
    const { code, stderr } = await start(session.replace('[profile prod]\n', `[profile prod]\n${name} = ${value}\n`))
    expect([code, stderr]).toEqual([4, expect.stringContaining(`have different values of ${name}`)])
  })

  test('half a profile is told what is missing', async () => {
    const { code, stderr } = await start('[profile prod]\nsso_session = nowhere\nsso_account_id = 1\n')
    expect([code, stderr]).toEqual([4, expect.stringContaining('aws configure sso --profile prod')])
  })
})

describe('settings that are not valid, exit 2', () => {
  test.each<[string, string, Record<string, string>, RegExp]>([
    [
      'endpoint_url',
      'endpoint_url = localhost:4566',
      { AWS_ENDPOINT_URL: '' },
      /endpoint_url of profile prod is 'localhost:4566': not an http/,
    ],
    ['AWS_ENDPOINT_URL_S3', '', { AWS_ENDPOINT_URL_S3: 'nothing' }, /AWS_ENDPOINT_URL_S3 is 'nothing'/],
    ['services', 'services = nowhere', {}, /names the services section 'nowhere'/],
    [
      'use_fips_endpoint',
      'use_fips_endpoint = 1',
      {},
      /use_fips_endpoint of profile prod is '1': not one of false, true/,
    ],
    ['max_attempts', 'max_attempts = 0', {}, /max_attempts of profile prod is '0'/],
    [
      'retry_mode',
      'retry_mode = often',
      {},
      /retry_mode of profile prod is 'often': not one of legacy, standard, adaptive/,
    ],
    [
      'a SOCKS proxy',
      '',
      { HTTPS_PROXY: 'socks5://u:hunter2@p:1' },
      /HTTPS_PROXY names a proxy of socks5: not one of HTTP/,
    ],
    ['sts_regional_endpoints', 'sts_regional_endpoints = old', {}, /sts_regional_endpoints of profile prod is 'old'/],
    ['addressing_style of s3', 's3 =\n  addressing_style = road', {}, /s3.addressing_style of profile prod is 'road'/],
    ['HTTPS_PROXY', '', { HTTPS_PROXY: 'http://' }, /HTTPS_PROXY is 'http:\/\/': not the URL of a proxy/],
    [
      'ca_bundle',
      'ca_bundle = /nowhere',
      { AWS_ENDPOINT_URL: 'https://127.0.0.1:1' },
      /ca_bundle of profile prod names \/nowhere: there is no such file/,
    ],
    [
      'AWS_CA_BUNDLE',
      '',
      { AWS_ENDPOINT_URL: 'https://127.0.0.1:1', AWS_CA_BUNDLE: '/dev/null' },
      /no PEM certificate/,
    ],
  ])('%s', async (_, section, env, why) => {
    const { code, stderr } = await run(
      `[profile prod]\naws_access_key_id = A\naws_secret_access_key = s\n${section}\n`,
      { env },
    )
    expect([code, stderr]).toEqual([2, expect.stringMatching(why)])
    expect(asked).toEqual([])
  })
})

describe('tries of a call', () => {
  test.each<[string, string, Record<string, string>, number]>([
    ['max_attempts of the profile', 'max_attempts = 2', {}, 2],
    ['AWS_MAX_ATTEMPTS before it', 'max_attempts = 2', { AWS_MAX_ATTEMPTS: '1' }, 1],
    ['retry_mode standard', 'retry_mode = standard', {}, 3],
    ['AWS_RETRY_MODE legacy', '', { AWS_RETRY_MODE: 'legacy' }, 5],
    ['both', 'retry_mode = standard\nmax_attempts = 4', {}, 4],
  ])('%s', async (_, section, env, times) => {
    answers = () => ({ status: 500, code: 'InternalFailure', message: 'x' })
    const keys = 'aws_access_key_id = A\naws_secret_access_key = s'
    const { code } = await run(`[default]\nmax_attempts = 7\n[profile prod]\n${keys}\n${section}\n`, { env })
    expect([code, asked.length]).toEqual([1, times])
  })
})

describeWith(['openssl'], 'over TLS', () => {
  let secure: LoopbackAws
  let pem = ''
  beforeAll(() => {
    pem = join(folder, 'cert.pem')
    const make = `req -x509 -newkey rsa:2048 -nodes -keyout ${join(folder, 'key.pem')} -out ${pem} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`
    expect(spawnSync('openssl', make.split(' ')).status).toBe(0)
  })
  beforeEach(async () => {
    const [key, cert] = await Promise.all([readFile(join(folder, 'key.pem')), readFile(pem)])
    secure = await loopbackAws('secure', asked, undefined, { key, cert })
  })
  afterEach(() => secure.close())

  const keys = '[profile prod]\naws_access_key_id = A\naws_secret_access_key = s\n'
  const https = () => ({ AWS_ENDPOINT_URL: secure.url, AWS_MAX_ATTEMPTS: '1' })

  test('a certificate that nobody vouches for is refused', async () => {
    const { code, stderr } = await run(keys, { env: https() })
    expect([code, asked]).toEqual([1, []])
    expect(stderr).toMatch(/hint: .*AWS_CA_BUNDLE, or in ca_bundle/)
  })

  test.each<[string, string, () => Record<string, string>]>([
    ['AWS_CA_BUNDLE', '', () => ({ AWS_CA_BUNDLE: pem })],
    ['ca_bundle of the profile', 'ca_bundle = FOLDER/cert.pem\n', () => ({})],
    ['ca_bundle in the home', 'ca_bundle = ~/cert.pem\n', () => ({ HOME: folder })],
    ['AWS_CA_BUNDLE in the home', '', () => ({ AWS_CA_BUNDLE: '~/cert.pem', HOME: folder })],
    ['AWS_CA_BUNDLE before the profile', 'ca_bundle = /nowhere\n', () => ({ AWS_CA_BUNDLE: pem })],
    ['REQUESTS_CA_BUNDLE', '', () => ({ REQUESTS_CA_BUNDLE: pem })],
  ])('%s vouches for it', async (_, section, env) => {
    const { code } = await run(`${keys}${section}`, { env: { ...https(), ...env() } })
    expect([code, asked.map(({ at }) => at)]).toEqual([0, ['secure']])
  })

  test("the bundle of another profile is none of this one's", async () => {
    const { code } = await run(`[default]\nca_bundle = FOLDER/cert.pem\n${keys}`, { env: https() })
    expect([code, asked]).toEqual([1, []])
  })

  test('through the tunnel of a proxy, with its login', async () => {
    const proxy = await loopbackProxy(asked, secure.port)
    const HTTPS_PROXY = proxy.url.replace('//', '//ada:hunter2@')
    const { code, stderr } = await run(keys, { env: { ...https(), AWS_CA_BUNDLE: pem, HTTPS_PROXY } })
    await proxy.close()
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('hunter2')])
    expect(asked).toMatchObject([
      { at: 'proxy', action: 'CONNECT', host: `127.0.0.1:${secure.port}`, scope: `Basic ${btoa('ada:hunter2')}` },
      { at: 'secure', action: 'GetCallerIdentity', key: 'A' },
    ])
  })

  test.each(['127.0.0.1', 'localhost'])('through a proxy that is itself reached over TLS, at %s', async (host) => {
    const [key, cert] = await Promise.all([readFile(join(folder, 'key.pem')), readFile(pem)])
    const proxy = await loopbackProxy(asked, secure.port, { key, cert })
    const HTTPS_PROXY = `https://${host}:${proxy.port}`
    const { code, stderr } = await run(keys, { env: { ...https(), AWS_CA_BUNDLE: pem, HTTPS_PROXY } })
    await proxy.close()
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/DEP0123|DeprecationWarning/)])
    expect(asked).toMatchObject([{ at: 'proxy' }, { at: 'secure', action: 'GetCallerIdentity' }])
  })

  test('a proxy that refuses is named, without its login', async () => {
    const proxy = await loopbackProxy(asked)
    const HTTPS_PROXY = proxy.url.replace('//', '//ada:hunter2@')
    const { code, stderr } = await run(keys, { env: { ...https(), HTTPS_PROXY }, line: 'permissions report --debug' })
    await proxy.close()
    expect([code, stderr]).toEqual([1, expect.stringContaining(`the proxy 127.0.0.1:${proxy.port} answered 403`)])
    expect(stderr).toContain('check the network, the proxy')
    expect(stderr).not.toContain('hunter2')
  })
})

test('a missing profile is told with those there are', async () => {
  const { code, stderr } = await run('[default]\nregion = x\n[profile staging]\nregion = x\n')
  expect([code, stderr]).toEqual([4, expect.stringContaining("there is no profile 'prod'")])
  expect(stderr).toContain('default, staging')
})
