import { usageError } from '../../core/errors.ts'
import { addressRule } from '../../notify/address.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'

const GROUP = 'Output'

/** Where a result is sent to, and what `permissions` is to allow for it. */
export const NOTIFY_FLAG: Flag = {
  name: 'notify',
  value: 'ADDRESS',
  list: true,
  describe: 'a summary to slack:…, teams:…, sns:… or https:…',
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
    describe: 'always (default), or only on a problem',
    group: GROUP,
    ...choice('always', 'problem'),
  },
]

/** Whom to tell, and when. */
export type Notify = ReturnType<typeof notifyOf>

/** @throws a usage error where it is said when, and not whom */
export function notifyOf(args: Args) {
  const [to, when] = [args.list('notify'), args.text('notify-when')]
  if (when !== undefined && to.length === 0)
    throw usageError('--notify-when goes with --notify', 'add --notify ADDRESS, or leave it out')
  return { to, onlyProblems: when === 'problem' }
}
