import type { SdkError } from './fault.ts'

/** Every answer of AWS carries one of these, as do those of the servers that stand in for it. */
const REQUEST_ID_HEADERS = ['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id']

interface HttpAnswer {
  statusCode?: number
  headers?: Record<string, string>
  body?: { destroy?(): void }
}

/** The part of a client's middleware that is used here. */
interface Stack {
  add(
    middleware: (
      next: (args: unknown) => Promise<{ response: unknown }>,
    ) => (args: unknown) => Promise<{ response: unknown }>,
    options: { step: 'deserialize'; priority: 'low'; name: string },
  ): void
}

/**
 * Makes a client refuse answers of success that are not from AWS, such as the sign-in page of a network. The SDK reads HTML
 * and empty bodies as answers without the members it looks for, and what is not there would count as not existing.
 */
export function refuseForeignAnswers(client: { middlewareStack: unknown }): void {
  const stack = client.middlewareStack as Stack
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      const answer = result.response as HttpAnswer
      if (isForeign(answer)) {
        // What nobody reads would keep its connection, and may have no end.
        answer.body?.destroy?.()
        throw malformed(answer)
      }
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'refuseForeignAnswers' },
  )
}

/** Whether an answer of success cannot be one of AWS. */
function isForeign({ statusCode = 0, headers = {} }: HttpAnswer): boolean {
  return statusCode >= 200 && statusCode <= 299 && !REQUEST_ID_HEADERS.some((name) => headers[name])
}

/** The error for an answer of success that is none. It says nothing of what was in it. */
export function malformed({ statusCode = 200, headers = {} }: HttpAnswer = {}): Error {
  const known: SdkError = { $response: { statusCode, headers }, $metadata: { httpStatusCode: statusCode } }
  return Object.assign(new Error('not an answer of AWS'), known)
}
