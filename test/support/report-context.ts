import type { Aws, AwsContext } from '../../src/aws/context.ts'
import type { Event } from '../../src/core/events.ts'

/** A context of which only CloudWatch and the time are there: the report may touch nothing else. */
export function reportContext(cloudwatch: Aws['cloudwatch'], now: number): AwsContext & { events: Event[] } {
  const events: Event[] = []
  const context = {
    clock: { now: () => now, sleep: () => Promise.reject(new Error('the report does not sleep')) },
    signal: new AbortController().signal,
    emit: (event: Event) => events.push(event),
    aws: { cloudwatch } as Aws,
    events,
    in: () => context,
  }
  return context
}
