import { EXTERNAL_ID, EXTERNAL_ID_RULE, ROLE } from '../../steps/listed-accounts.ts'
import type { Args } from './args.ts'
import { type Flag, under } from './flag.ts'

const GROUP = 'Accounts'
const WORD = /^(\d{12}|org|ou:(?:ou|r)-[a-z0-9-]+|tag:[^=]+=.*)$/

export const EXTERNAL_ID_FLAG: Flag = {
  name: 'external-id',
  value: 'ID',
  describe: 'external id that the trust policy of the role asks for',
  group: GROUP,
  check: (value) => (EXTERNAL_ID.test(value) ? undefined : EXTERNAL_ID_RULE),
}

/** The flags of every command that works in several accounts. */
export const ACCOUNT_FLAGS: readonly Flag[] = under(GROUP, [
  {
    name: 'accounts',
    value: 'ID',
    list: true,
    describe: 'work in these accounts: ids, org (all of the organization), ou:ID, tag:KEY=VALUE',
    values: ['org', 'ou:', 'tag:'],
    check: (word) => (WORD.test(word) ? undefined : 'an account of 12 digits, org, ou:ID or tag:KEY=VALUE'),
  },
  {
    name: 'exclude-accounts',
    value: 'ID',
    list: true,
    describe: 'but not in these',
    check: (word) => (/^\d{12}$/.test(word) ? undefined : '12 digits'),
  },
  {
    name: 'assume-role',
    value: 'ROLE',
    describe: 'name or ARN of the role to assume in each but your own (to read: BedrockMonitorReader)',
    check: (value) => (ROLE.test(value) ? undefined : "a role's name or ARN"),
  },
  EXTERNAL_ID_FLAG,
])

/** Of those among them that change something. */
export const KEEP_GOING: Flag = {
  name: 'keep-going',
  describe: 'continue in the other accounts if one is blocked',
  group: GROUP,
}

/** Of those that read metrics or logs. */
export const NO_LINKED: Flag = {
  name: 'no-linked',
  describe: 'leave out accounts that are linked to yours',
  group: GROUP,
}

/** What they say; what the configuration file lists is added where it is read. */
export function accountsGiven(args: Args) {
  return {
    named: args.list('accounts'),
    excluded: args.list('exclude-accounts'),
    role: args.text('assume-role'),
    externalId: args.text('external-id'),
  }
}
