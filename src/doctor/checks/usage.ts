import { HOUR_MS } from '../../report/window.ts'
import { count, grouped } from '../../text/numbers.ts'
import { type Check, type Finding, note, odd, wrong } from '../finding.ts'
import type { ExportFacts } from '../gather/gather.ts'
import { isNotSetUp } from './resources.ts'

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

/** Of what was used in Regions whose metrics could be read. */
const OF_USAGE: Pick<Check, 'applies' | 'sawAll'> = {
  applies: ({ regions }) => regions.some(({ usage }) => usage),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
}

export const mantle: Check = {
  title: 'no calls through the OpenAI-compatible endpoint, which is not logged',
  ...OF_USAGE,
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
  ...OF_USAGE,
  find: ({ regions }) => {
    const models = [...new Set(regions.flatMap(({ usage }) => usage?.unpriced ?? []))].sort()
    if (models.length === 0) return []
    const details = `bedrock-monitor prices ${models.join(' ')}`
    const fix = `add the price under "prices" in bedrock-monitor.json; for details: ${details}`
    const title = `no price is known for ${models.join(', ')}`
    return [odd('models-unpriced', title, 'the cost of its use is missing from reports', fix)]
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
        const fix = `bedrock-monitor setup --region ${region} --only iam,storage,logging`
        return wrong('delivery-failed', title, why, fix)
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

/** AWS delivers up to three times a day, and the first time within one. */
const STALE_MS = 48 * HOUR_MS
const MOST_NAMED = 5

const SETUP = 'bedrock-monitor setup --billing-export'

export const billExports: Check = {
  title: 'the account has an export of the bill that is not overdue and shows who called',
  applies: ({ bill }) => bill !== undefined,
  // Nothing is said of none where nothing is set up.
  sawAll: ({ bill, resources }) => !isNotSetUp(resources) || (Array.isArray(bill?.exports) && bill.exports.length > 0),
  find({ bill, now, resources }) {
    const exports = bill?.exports ?? []
    if ('unread' in exports) return [unseen('exports of the bill', exports)]
    // Where nothing is set up yet, that comes first.
    if (exports.length === 0) return isNotSetUp(resources) ? [] : [NONE]
    const wanting = exports.map((each) => faultsOf(each, now))
    // One that has all of it is enough.
    return wanting.some((faults) => faults.length === 0) ? [] : wanting.flat()
  },
}

const NONE = note(
  'billing-export-missing',
  'the account has no export of the bill (CUR 2.0 or FOCUS)',
  'costs are estimates at list prices: only an export shows what was billed and to whom, in full from the day it was created; in the management account, it has the bill of all accounts',
  SETUP,
)

function faultsOf(one: ExportFacts, now: number): Finding[] {
  const { name, place, table, principals, health, createdAt, refreshedAt } = one
  const faults: Finding[] = []
  if (health !== undefined) {
    const why = 'the bill ends with the last delivery'
    const fix = `let bcm-data-exports.amazonaws.com write to all of its bucket (${place}); for one that setup made: ${SETUP}`
    faults.push(odd('billing-export-unhealthy', `export ${name} is not delivered: ${health}`, why, fix))
  } else if (now - (refreshedAt ?? createdAt ?? now) > STALE_MS) {
    const last = refreshedAt && `was last delivered at ${new Date(refreshedAt).toISOString()}`
    const title = `export ${name} ${last ?? 'has not been delivered yet'}`
    const why = 'AWS delivers it up to three times a day, the first time within 24 hours'
    faults.push(odd('billing-export-stale', title, why, `check whether files arrive: aws s3 ls --recursive ${place}/`))
  }
  if (!principals) {
    const isFocus = table.startsWith('FOCUS')
    const what = isFocus ? 'is a FOCUS export, which has no callers' : 'does not have the IAM principals'
    const why = 'every report by caller is empty, without an error'
    const fix = `create a second one: ${SETUP} --billing-export-name bedrock-billing-2; for one that setup made: ${SETUP}`
    faults.push(odd('billing-export-without-principals', `export ${name} ${what}`, why, fix))
  }
  return faults
}

export const costTags: Check = {
  title: 'tags of IAM principals are in the bill',
  applies: ({ bill }) => bill !== undefined,
  find({ bill }) {
    const tags = bill?.tags ?? []
    if ('unread' in tags) return [unseen('cost allocation tags', tags)]
    const ofPrincipals = tags.filter((key) => key.startsWith('iamPrincipal/'))
    if (ofPrincipals.length === 0) return []
    const some = ofPrincipals.slice(0, MOST_NAMED)
    const named = `${some.join(', ')}${ofPrincipals.length > MOST_NAMED ? ', …' : ''}`
    const others = tags.length - ofPrincipals.length
    const besides = `; ${count(others, 'other tag')}, such as those of inference profiles, are not activated either`
    const title = `${count(ofPrincipals.length, 'tag')} of IAM principals not activated for cost allocation: ${named}`
    const why = `the bill cannot be split by them; once activated, they are in it within a day, from then on${others === 0 ? '' : besides}`
    const keys = some.map((key) => `TagKey=${key},Status=Active`).join(' ')
    const fix = `in the management account: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${keys}; for the time before: aws ce start-cost-allocation-tag-backfill`
    return [note('cost-tags-inactive', title, why, fix)]
  },
}

function unseen(what: string, { unread, hint }: { unread: string; hint?: string | undefined }): Finding {
  const title = `the ${what} could not be read: ${unread}`
  if (hint !== undefined) return note('bill-not-checked', title, 'it is not known whether there are any', hint)
  const fix = 'attach the policy that bedrock-monitor permissions doctor prints'
  return note('bill-not-checked', title, 'access to billing data is often restricted on purpose', fix)
}
