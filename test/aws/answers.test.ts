import { expect, test } from '@jest/globals'
import { refuseForeignAnswers } from '../../src/aws/answers.ts'
import { toAwsError } from '../../src/aws/errors.ts'

type Next = (args: unknown) => Promise<{ response: unknown }>

/** What a client gives for an answer, once it refuses those of others. */
async function receive(response: { statusCode: number; headers?: Record<string, string> }): Promise<unknown> {
  const added: ((next: Next) => Next)[] = []
  refuseForeignAnswers({ middlewareStack: { add: (middleware: (next: Next) => Next) => added.push(middleware) } })
  const [refuse] = added
  return refuse?.(async () => ({ response }))({})
}

test.each(['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id'])(
  'an answer with %s is of AWS',
  async (name) => {
    const response = { statusCode: 200, headers: { [name]: '1' } }
    await expect(receive(response)).resolves.toEqual({ response })
  },
)

test.each([
  ['a page of a network that wants a sign-in', { statusCode: 200, headers: { 'content-type': 'text/html' } }],
  ['success without headers', { statusCode: 204 }],
])('%s is refused, as an answer that another try may mend', async (_title, response) => {
  const thrown = await receive(response).catch((error: unknown) => error)
  expect(toAwsError(thrown, { service: 'iam', operation: 'GetRole' })).toMatchObject({
    code: 'MalformedAnswer',
    transient: true,
    message: 'iam:GetRole failed: the response is not one that AWS sends',
  })
})

test.each([301, 302, 307])(
  'a way to somewhere else (%d) is refused with a hint of what to check',
  async (statusCode) => {
    const thrown = await receive({ statusCode, headers: { location: 'https://sign-in.example/' } }).catch(
      (e: unknown) => e,
    )
    expect(toAwsError(thrown, { service: 'cloudwatch', operation: 'GetMetricData' })).toMatchObject({
      code: 'MalformedAnswer',
      message: `cloudwatch:GetMetricData failed: HTTP ${statusCode}: the response is not one that AWS sends`,
      hint: expect.stringContaining('AWS_ENDPOINT_URL'),
    })
  },
)

test('the way to the Region of a bucket is of AWS', async () => {
  const response = { statusCode: 301, headers: { 'x-amz-request-id': '1' } }
  await expect(receive(response)).resolves.toEqual({ response })
})

test('an error is handed on, whoever sends it: its status tells enough', async () => {
  await expect(receive({ statusCode: 502 })).resolves.toEqual({ response: { statusCode: 502 } })
})
