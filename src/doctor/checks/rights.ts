import type { MissingRight } from '../facts.ts'
import { type Check, odd, wrong } from '../finding.ts'

export const rights: Check = {
  title: 'the caller has all permissions',
  applies: ({ rights: { missing, unknown } }) => missing.length > 0 || unknown === undefined,
  find: ({ caller, rights: { missing } }) => {
    const looking = missing.filter(({ changing }) => !changing)
    const changing = missing.filter((right) => right.changing)
    const told = [
      wrong(
        'rights-missing',
        `${caller} cannot read everything: ${listOf(looking)}`,
        'status, report and doctor fail or are incomplete',
        'attach the policies that bedrock-monitor permissions status, report and doctor print',
      ),
      odd(
        'rights-to-change-missing',
        `${caller} cannot run setup or cleanup: ${listOf(changing)}`,
        'somebody else has to, which may be intended',
        'attach the policies that bedrock-monitor permissions setup and cleanup print',
      ),
    ]
    return told.filter((_, index) => [looking, changing][index]?.length)
  },
}

function listOf(missing: readonly MissingRight[]): string {
  return missing.map(({ action, resource, why }) => `${action} on ${resource} (${why})`).join('; ')
}

/** What nobody can tell is no fault, and no proof of health either. */
export const unread: Check = {
  title: 'everything could be checked',
  applies: () => true,
  // What could not be seen of the bill is told where the bill is.
  sawAll: ({ bill }) => bill === undefined || (Array.isArray(bill.exports) && Array.isArray(bill.tags)),
  find: ({ rights: { unknown }, unread: parts }) => [
    ...(unknown === undefined ? [] : [notChecked("the caller's permissions", unknown, SIMULATE)]),
    ...parts.map(({ what, why, incomplete }) =>
      incomplete
        ? { ...notChecked(what, why, 'run bedrock-monitor doctor again'), code: INCOMPLETE }
        : notChecked(what, why),
    ),
  ],
}

/** The code of what AWS did not tell all of: it decides the exit code. */
export const INCOMPLETE = 'metrics-incomplete'

const SIMULATE = 'sign in as an IAM user or role that may call iam:SimulatePrincipalPolicy on itself'
const ALLOW = 'attach the policy that bedrock-monitor permissions doctor prints'

function notChecked(what: string, why: string, fix = ALLOW) {
  const reason = 'there may be problems that are not in this list'
  return odd('not-checked', `${what} could not be checked: ${why}`, reason, fix)
}
