import { grouped } from '../../text/numbers.ts'
import { type Check, wrong } from '../finding.ts'

export const deliveries: Check = {
  title: 'Bedrock delivered all of its log in the last day',
  // No delivery at all proves nothing.
  applies: ({ regions }) =>
    regions.some(({ deliveries: known }) =>
      Object.values(known ?? {}).some(({ success, failure }) => success + failure > 0),
    ),
  sawAll: ({ regions }) => regions.every(({ deliveries: known }) => known),
  find: ({ regions }) =>
    regions.flatMap(({ region, deliveries: known }) =>
      Object.entries(known ?? {}).flatMap(([target, { success, failure }]) => {
        if (failure === 0) return []
        const title = `in ${region}, ${grouped(failure)} of ${grouped(success + failure)} deliveries to the ${target} failed in the last day`
        const why = 'Bedrock does not try again: what it could not deliver is lost'
        return wrong(
          'delivery-failed',
          title,
          why,
          `bedrock-monitor setup --region ${region} --only iam,storage,logging`,
        )
      }),
    ),
}

/** Part of the invocations that may lack a record: some are on their way at either end of the window. */
const TOLERANCE = 0.01

export const coverage: Check = {
  title: 'every invocation has its record in the log',
  applies: ({ regions }) => regions.some(({ coverage: known }) => known),
  sawAll: ({ regions }) => regions.every(({ usage, logging }) => usage && logging !== undefined),
  find: ({ regions }) =>
    regions.flatMap(({ region, coverage: known }) => {
      if (!known || known.invocations - known.records <= known.invocations * TOLERANCE) return []
      const { invocations, records, window } = known
      const percent = Math.floor((records / invocations) * 100)
      const since = new Date(window.start).toISOString()
      const title = `in ${region}, the log has records of ${grouped(records)} of ${grouped(invocations)} invocations (${percent} %) since ${since}`
      const why = 'reports by identity or from logs tell less than was used and is billed'
      const fix = `bedrock-monitor status --region ${region} shows whether logging stands; what is lost stays lost`
      return wrong('records-missing', title, why, fix)
    }),
}
