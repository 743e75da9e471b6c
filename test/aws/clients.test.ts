import { expect, test } from '@jest/globals'
import { configOf } from '../../src/aws/clients.ts'
import { connectionOf } from '../../src/aws/connection.ts'
import { parseSharedFiles } from '../../src/aws/shared-files.ts'

/** How S3 is asked with this profile, by the host and path of a request for the bucket `b`. */
async function hostOf(profile: string, endpointUrl?: string): Promise<string> {
  const files = parseSharedFiles(`[default]\n${profile}`, '')
  const connection = connectionOf({ env: {}, files, readText: async () => '' })
  const { createAws } = await import('../../src/aws/clients.ts')
  const seen: string[] = []
  const cx = { clock: { now: Date.now, sleep: async () => {} }, signal: new AbortController().signal, emit: () => {} }
  const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 's' })
  const reach = { region: 'us-east-1', connection, credentials, maxAttempts: 1, ...(endpointUrl && { endpointUrl }) }
  const { s3 } = createAws(cx, reach)
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
  const command = new ListObjectsV2Command({ Bucket: 'b-c' })
  command.middlewareStack.add(
    () => async (args) => {
      const { hostname, path } = (args as unknown as { request: { hostname: string; path: string } }).request
      seen.push(`${hostname}${path}`)
      throw new Error('seen')
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await s3.send(command).catch(() => {})
  return seen.join()
}

const S3 = 's3 =\n  '
const DUAL = `use_dualstack_endpoint = true\n`

test.each<[string, string, string | undefined, string]>([
  ['nothing', '', undefined, 'b-c.s3.us-east-1.amazonaws.com/'],
  ['path style', `${S3}addressing_style = path\n`, undefined, 's3.us-east-1.amazonaws.com/b-c/'],
  ['virtual style', `${S3}addressing_style = virtual\n`, undefined, 'b-c.s3.us-east-1.amazonaws.com/'],
  ['nothing, at an endpoint', '', 'http://localhost:1', 'localhost/b-c/'],
  ['virtual style, at an endpoint', `${S3}addressing_style = virtual\n`, 'http://localhost:1', 'b-c.localhost/'],
  ['the endpoint without a Region', `${S3}us_east_1_regional_endpoint = legacy\n`, undefined, 'b-c.s3.amazonaws.com/'],
  ['that of the Region', `${S3}us_east_1_regional_endpoint = regional\n`, undefined, 'b-c.s3.us-east-1.amazonaws.com/'],
  [
    'the endpoint without a Region, at an endpoint',
    `${S3}us_east_1_regional_endpoint = legacy\n`,
    'http://localhost:1',
    'localhost/b-c/',
  ],
  [
    'acceleration, which a new bucket has not',
    `${S3}use_accelerate_endpoint = true\n`,
    undefined,
    'b-c.s3.us-east-1.amazonaws.com/',
  ],
  ['dual stack', `${S3}${DUAL}`, undefined, 'b-c.s3.dualstack.us-east-1.amazonaws.com/'],
  [
    'dual stack for all but S3',
    `${DUAL}${S3}use_dualstack_endpoint = false\n`,
    undefined,
    'b-c.s3.us-east-1.amazonaws.com/',
  ],
])('S3 is asked as the profile says: %s', async (_, profile, endpointUrl, host) => {
  expect(await hostOf(profile, endpointUrl)).toBe(host)
})

test('what the profile says of S3 is for S3 alone', async () => {
  const connection = connectionOf({
    env: {},
    files: parseSharedFiles(`[default]\n${S3}${DUAL}`, ''),
    readText: async () => '',
  })
  expect(await configOf('iam', { region: 'us-east-1', connection })).toMatchObject({ useDualstackEndpoint: false })
})
