import { grouped } from '../../text/numbers.ts'
import { type Check, odd, wrong } from '../finding.ts'

export const use: Check = {
  title: 'Bedrock was used in the last 24 hours',
  applies: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ regions, elsewhere }) => {
    if (regions.some(({ usage }) => usage && usage.invocations + usage.mantleCalls > 0)) return []
    const places = regions.map(({ region }) => region).join(', ')
    const used = elsewhere.map(({ region }) => region).join(',')
    const why = 'the report is empty, and logging cannot be verified; metrics can be 15 minutes late'
    const call = 'call a model, or pass the Region that is in use with --region'
    const fix = used === '' ? call : `bedrock-monitor doctor --region ${used}`
    return [odd('no-usage', `no calls to Bedrock in ${places} in the last 24 hours`, why, fix)]
  },
}

export const otherRegions: Check = {
  title: 'no other Region is used without logging',
  applies: () => true,
  sawAll: ({ elsewhereUnread }) => !elsewhereUnread,
  find: ({ elsewhere }) =>
    elsewhere
      .filter(({ logging }) => !logging)
      .map(({ region, invocations }) => {
        const title = `${grouped(invocations)} invocations in ${region} in the last 24 hours, where logging is off`
        const why = 'logging and alarms cover one Region each'
        return wrong('region-without-logging', title, why, `bedrock-monitor setup --region ${region}`)
      }),
}

export const mantle: Check = {
  title: 'no calls through the OpenAI-compatible endpoint, which is not logged',
  applies: ({ regions }) => regions.some(({ usage }) => usage),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ regions }) =>
    regions.flatMap(({ region, usage }) => {
      if (!usage || usage.mantleCalls === 0) return []
      const title = `${grouped(usage.mantleCalls)} calls in ${region} went through the OpenAI-compatible endpoint (bedrock-mantle)`
      const why =
        'they are not in the invocation log and have no latency metric; the Bedrock-Mantle… alarms of the standard and strict profiles watch them'
      const fix = `to count them: bedrock-monitor report --region ${region} --source metrics. Calls through bedrock-runtime are logged`
      return odd('mantle-traffic', title, why, fix)
    }),
}

export const prices: Check = {
  title: 'every model in use has a known price',
  applies: ({ regions }) => regions.some(({ usage }) => usage),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ regions }) => {
    const models = [...new Set(regions.flatMap(({ usage }) => usage?.unpriced ?? []))].sort()
    if (models.length === 0) return []
    const fix = 'add them under "prices" in bedrock-monitor.json; for details: bedrock-monitor prices MODEL'
    const title = `no price is known for ${models.join(', ')}`
    return [odd('models-unpriced', title, 'their cost is missing from reports', fix)]
  },
}

export const deliveries: Check = {
  title: 'Bedrock delivered all log records in the last 24 hours',
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
        const title = `in ${region}, ${grouped(failure)} of ${grouped(success + failure)} deliveries to the ${target} failed in the last 24 hours`
        const why = 'Bedrock does not retry; these records are lost'
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
      const why = 'reports by identity or from logs show less than was used and billed'
      const fix = `to see whether logging works: bedrock-monitor status --region ${region}. Missing records cannot be recovered`
      return wrong('records-missing', title, why, fix)
    }),
}
