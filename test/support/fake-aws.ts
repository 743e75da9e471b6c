import type { Aws, AwsContext } from '../../src/aws/context.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Event } from '../../src/core/events.ts'

/** What AWS answers to an operation in a Region; throws what the program's clients would. */
type Answers = Readonly<Record<string, (input: never, region: string) => unknown>>

export interface FakeAws {
  cx: AwsContext
  events: Event[]
  /** Each call, in order. */
  calls: { operation: string; input: Record<string, unknown>; region: string }[]
}

/**
 * Clients that answer from a table, by operation, for what the sandbox never says. Time passes by sleeping only. What stands
 * in no table may not be called.
 */
export function fakeAws(answers: Answers, signal: AbortSignal = new AbortController().signal): FakeAws {
  const events: Event[] = []
  const calls: FakeAws['calls'] = []
  let now = Date.UTC(2026, 10, 23, 10)
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms
    },
  }
  const inRegion = (region: string): AwsContext => {
    const client = {
      async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
        const operation = command.constructor.name.replace(/Command$/, '')
        calls.push({ operation, input: command.input, region })
        const answer = answers[operation]
        if (!answer) throw new Error(`${operation} is not a call of this test`)
        return answer(command.input as never, region)
      },
    }
    const aws = new Proxy({}, { get: (_, service) => ({ ...client, service }) }) as Aws
    return { clock, signal, emit: (event) => events.push(event), aws, in: inRegion }
  }
  return { cx: inRegion('us-east-1'), events, calls }
}

/** An answer that is an error of AWS. */
export function failing(code: string, kind: 'aws' | 'credentials' = 'aws'): () => never {
  return () => {
    throw new AppError(kind, code, `failed with ${code}`)
  }
}
