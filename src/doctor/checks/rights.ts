import type { MissingRight, Unread } from '../facts.ts'
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
        `${caller} may not look at everything: ${listOf(looking)}`,
        'status, report and doctor fail or stay incomplete',
        'allow what bedrock-monitor permissions status, report and doctor print',
      ),
      odd(
        'rights-to-change-missing',
        `${caller} may not set up or clean up: ${listOf(changing)}`,
        'somebody else has to, which may be meant to be so',
        'allow what bedrock-monitor permissions setup and cleanup print',
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
  title: 'everything could be examined',
  applies: () => true,
  find: ({ rights: { unknown }, unread: parts }) => [
    ...(unknown === undefined ? [] : [notChecked('the rights of the caller', unknown, SIMULATE)]),
    ...parts.map((part) => (part.incomplete ? notTold(part) : notChecked(part.what, part.why))),
  ],
}

/** The code of what AWS did not tell all of: it decides the exit code. */
export const INCOMPLETE = 'metrics-incomplete'

function notTold({ what, why }: Unread) {
  return { ...notChecked(what, why, 'run bedrock-monitor doctor again'), code: INCOMPLETE }
}

const SIMULATE = 'sign in as an IAM user or role that may call iam:SimulatePrincipalPolicy on itself'
const ALLOW = 'bedrock-monitor permissions doctor prints the policy that the examination needs'

function notChecked(what: string, why: string, fix = ALLOW) {
  const reason = 'something may be wrong there that is not in this list'
  return odd('not-checked', `${what} could not be checked: ${why}`, reason, fix)
}
