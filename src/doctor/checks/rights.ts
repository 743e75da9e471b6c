import type { MissingRight, Unread } from '../facts.ts'
import type { Check } from '../finding.ts'

export const rights: Check = {
  title: 'the caller has all rights',
  applies: ({ rights: { missing, unknown } }) => missing.length > 0 || unknown === undefined,
  find: ({ caller, rights: { missing } }) => {
    const looking = missing.filter(({ changing }) => !changing)
    const changing = missing.filter((right) => right.changing)
    return [
      ...(looking.length === 0
        ? []
        : [
            {
              code: 'rights-missing',
              severity: 'error' as const,
              title: `${caller} may not look at everything: ${listOf(looking)}`,
              why: 'status, report and doctor fail or stay incomplete',
              fix: 'allow what bedrock-monitor permissions status, report and doctor print',
            },
          ]),
      ...(changing.length === 0
        ? []
        : [
            {
              code: 'rights-to-change-missing',
              severity: 'warning' as const,
              title: `${caller} may not set up or clean up: ${listOf(changing)}`,
              why: 'somebody else has to, which may be meant to be so',
              fix: 'allow what bedrock-monitor permissions setup and cleanup print',
            },
          ]),
    ]
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
  return {
    code: 'not-checked',
    severity: 'warning' as const,
    title: `${what} could not be checked: ${why}`,
    why: 'something may be wrong there that is not in this list',
    fix,
  }
}
