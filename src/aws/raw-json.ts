import { isRecord } from '../core/diff.ts'
import { AppError } from '../core/errors.ts'

export interface Stack<Context = unknown> {
  add(
    middleware: (next: Handler, context: Context) => Handler,
    options: { step: 'serialize' | 'deserialize'; priority: 'low' | 'high'; name: string },
  ): void
}
type Handler = (args: { request?: { body?: unknown } }) => Promise<{ response: unknown; output?: unknown }>

interface Command {
  middlewareStack: unknown
}

/** Has a command send this JSON in place of what the SDK would make of its input, members that it does not know included. */
export function withBody<C extends Command>(command: C, body: unknown): C {
  const stack = command.middlewareStack as Stack
  stack.add(
    (next) => (args) => {
      if (args.request) args.request.body = JSON.stringify(body)
      return next(args)
    },
    { step: 'serialize', priority: 'low', name: 'withBody' },
  )
  return command
}

/** A JSON object that AWS keeps as text (`what`, for the reader). Throws an `aws` error, which quotes none of it, for others. */
export function parseDocument(text: string, what: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (isRecord(value)) return value
  throw new AppError('aws', 'MalformedDocument', `${what} is not a JSON object`, {
    hint: 'fix or remove it in the AWS console, then run this again',
  })
}
