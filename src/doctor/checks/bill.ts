import { HOUR_MS } from '../../report/window.ts'
import { count } from '../../text/numbers.ts'
import type { ExportFacts, Untold } from '../facts.ts'
import { type Check, type Finding, note, odd } from '../finding.ts'
import { isNotSetUp } from './resources.ts'

/** AWS delivers up to three times a day, and the first time within one. */
const STALE_MS = 48 * HOUR_MS
const MOST_NAMED = 5

const SETUP = 'bedrock-monitor setup --billing-export'
const SECOND = `${SETUP} --billing-export-name bedrock-billing-2`

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

function faultsOf(
  { name, place, table, principals, health, createdAt, refreshedAt }: ExportFacts,
  now: number,
): Finding[] {
  const faults: Finding[] = []
  if (health !== undefined) {
    const why = 'the bill ends with the last delivery'
    const fix = `let bcm-data-exports.amazonaws.com write to all of its bucket (${place}); for one that setup made: ${SETUP}`
    faults.push(odd('billing-export-unhealthy', `export ${name} is not delivered: ${health}`, why, fix))
  } else if (now - (refreshedAt ?? createdAt ?? now) > STALE_MS) {
    const since =
      refreshedAt === undefined
        ? 'has not been delivered yet'
        : `was last delivered at ${new Date(refreshedAt).toISOString()}`
    const why = 'AWS delivers it up to three times a day, the first time within 24 hours'
    faults.push(
      odd(
        'billing-export-stale',
        `export ${name} ${since}`,
        why,
        `look whether files arrive: aws s3 ls --recursive ${place}/`,
      ),
    )
  }
  if (!principals) {
    const what = table.startsWith('FOCUS')
      ? 'is a FOCUS export, which does not say who called'
      : 'does not have the IAM principals'
    const why = 'every question by who called is answered with nothing, and without an error'
    const fix = `create a second one: ${SECOND}; for one that setup made: ${SETUP}`
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
    const named = `${ofPrincipals.slice(0, MOST_NAMED).join(', ')}${ofPrincipals.length > MOST_NAMED ? ', …' : ''}`
    const others = tags.length - ofPrincipals.length
    const more =
      others === 0
        ? ''
        : `; ${count(others, 'other tag')}, such as those of inference profiles, are not activated either`
    const keys = ofPrincipals.slice(0, MOST_NAMED).map((TagKey) => `TagKey=${TagKey},Status=Active`)
    return [
      note(
        'cost-tags-inactive',
        `${count(ofPrincipals.length, 'tag')} of IAM principals not activated for cost allocation: ${named}`,
        `the bill cannot be split by them; once activated, they are in it within a day, from then on${more}`,
        `in the management account: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${keys.join(' ')}; for the time before: aws ce start-cost-allocation-tag-backfill`,
      ),
    ]
  },
}

function unseen(what: string, { unread, hint }: Untold): Finding {
  const title = `the ${what} could not be looked at: ${unread}`
  if (hint !== undefined) return note('bill-not-checked', title, 'it is not known whether there are any', hint)
  return note(
    'bill-not-checked',
    title,
    'access to billing data is often restricted on purpose',
    'attach the policy that bedrock-monitor permissions doctor prints',
  )
}
