import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { regionOfProfile } from '../../../src/cli/session/connection.ts'

let folder: string
let env: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
  env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') }
  await writeFile(
    join(folder, 'config'),
    '[default]\nregion = eu-north-1\n[profile prod]\nregion = us-west-2\n[profile bare]\noutput = json\n',
  )
  await writeFile(join(folder, 'credentials'), '[keys]\naws_access_key_id = x\nregion = eu-west-1\n')
})
afterAll(() => rm(folder, { recursive: true }))

describe('the Region of a profile', () => {
  test.each([
    ['named by the flag', 'prod', { AWS_PROFILE: 'keys' }, 'us-west-2'],
    ['named by AWS_PROFILE, in the credentials file', undefined, { AWS_PROFILE: 'keys' }, 'eu-west-1'],
    ['that is the default', undefined, {}, 'eu-north-1'],
    ['that has none', 'bare', {}, undefined],
  ])('%s', async (_, flag, more, region) => {
    expect(await regionOfProfile(flag, { ...env, ...more })).toBe(region)
  })
})

test('a profile that is nowhere is a matter of credentials', async () => {
  await expect(regionOfProfile('nope', env)).rejects.toMatchObject({
    kind: 'credentials',
    message: "there is no profile 'nope' in the shared AWS config files",
  })
})

test('a profile that is mistyped is asked after', async () => {
  await expect(regionOfProfile('prdo', env)).rejects.toMatchObject({
    hint: expect.stringMatching(/^did you mean prod\? .*: default, prod, bare, keys\)$/),
  })
})

test('without any shared config file there is no Region, and no error', async () => {
  const nowhere = { AWS_CONFIG_FILE: join(folder, 'none'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') }
  expect(await regionOfProfile(undefined, nowhere)).toBeUndefined()
})
