import type { Selection } from '../../steps/steps.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'
import { flagLayer } from './setting-layers.ts'

/** Named here too, so that help loads no step. */
const STEPS = [
  '1',
  'iam',
  '2',
  '2b',
  'storage',
  '2c',
  'lake',
  '2d',
  'billing',
  '3',
  'logging',
  '4',
  'dashboard',
  '5',
  'alarms',
]

/** The flags of the commands that look at or change the steps' resources. */
export const SELECTION_FLAGS: readonly Flag[] = [
  {
    name: 'only',
    value: 'STEP',
    list: true,
    describe: 'only these steps, by number or name: 1, iam, 2b',
    ...choice(...STEPS),
  },
  { name: 'skip', value: 'STEP', list: true, describe: 'all steps except these', group: 'Flags', ...choice(...STEPS) },
]

export const CHANGE_FLAGS: readonly Flag[] = [
  { name: 'yes', alias: 'y', describe: 'do not ask for confirmation' },
  { name: 'dry-run', alias: 'n', describe: 'show the plan and change nothing' },
  ...SELECTION_FLAGS,
]

export const SKIP_CHECKS: Flag = {
  name: 'skip-checks',
  describe: 'do not check IAM permissions first',
}

export function selectionOf(args: Args): Selection {
  return { only: args.list('only'), skip: args.list('skip') }
}

/** What every command that changes something is asked for. */
export function changeOptions(args: Args) {
  return {
    yes: args.is('yes'),
    dryRun: args.is('dry-run'),
    skipChecks: args.is('skip-checks'),
    settings: flagLayer(args),
  }
}
