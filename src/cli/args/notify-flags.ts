import { ADDRESS_FORMS, addressRule } from '../../notify/address.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'

const GROUP = 'Telling others'

/** Where a result is sent to, and what `permissions` is to allow for it. */
export const NOTIFY_FLAG: Flag = {
  name: 'notify',
  value: 'ADDRESS',
  list: true,
  describe: `also send a summary to ${ADDRESS_FORMS}, or to a name in the settings file; $VARIABLE for the URL keeps it out of the command line`,
  group: GROUP,
  secret: true,
  check: addressRule,
}

/** The flags of every command whose result others may be told. */
export const NOTIFY_FLAGS: readonly Flag[] = [
  NOTIFY_FLAG,
  {
    name: 'notify-when',
    value: 'WHEN',
    describe: 'always (default), or problem: only if a gate, check or alarm is not fine, or something failed',
    group: GROUP,
    ...choice('always', 'problem'),
  },
]

/** Whom to tell, and when. */
export interface Notify {
  to: readonly string[]
  onlyProblems: boolean
}

export function notifyOf(args: Args): Notify {
  return { to: args.list('notify'), onlyProblems: args.text('notify-when') === 'problem' }
}
