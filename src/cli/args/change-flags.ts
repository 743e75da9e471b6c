import type { Selection } from '../../steps/steps.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'

/** Named here too, so that help loads no step. */
const STEPS = ['1', 'iam', '2', '2b', 'storage', '3', 'logging', '4', 'dashboard', '5', 'alarms']

/** The flags of the commands that look at or change the steps' resources. */
export const SELECTION_FLAGS: readonly Flag[] = [
  {
    name: 'only',
    value: 'STEP',
    list: true,
    describe: 'only these steps, by number or name: 1, iam, 2b',
    group: 'Flags',
    ...choice(...STEPS),
  },
  { name: 'skip', value: 'STEP', list: true, describe: 'all steps but these', group: 'Flags', ...choice(...STEPS) },
]

export const CHANGE_FLAGS: readonly Flag[] = [
  { name: 'yes', alias: 'y', describe: 'go ahead without asking', group: 'Flags' },
  { name: 'dry-run', alias: 'n', describe: 'show the plan and change nothing', group: 'Flags' },
  ...SELECTION_FLAGS,
]

export function selectionOf(args: Args): Selection {
  return { only: args.list('only'), skip: args.list('skip') }
}
