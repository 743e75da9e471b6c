import { usageError } from '../../../core/errors.ts'
import type { TemplateFormat } from '../../../steps/export/export.ts'
import { type Args, choice, flag, refuseBoth } from '../../args/flag.ts'
import {
  ACCOUNT_FLAGS,
  accountIdFlag,
  CHANGE_FLAGS,
  KEEP_GOING,
  OFFLINE_FLAG,
  SETTING_FLAGS,
} from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['show the plan, change nothing', 'setup --dry-run'],
    ['in a pipeline: no questions, JSON on stdout', 'setup --yes --json'],
    ['be notified by email', 'setup --only alarms --email you@example.com'],
    ['thresholds that fit the last two weeks of use', 'setup --suggest'],
    ['as a template for a pipeline', 'setup --export cloudformation'],
    ['keep logs for a year', 'setup --retention-days 365 --lifecycle-days 365'],
  ],
  flags: [
    ...CHANGE_FLAGS,
    flag('--replace-logging', 'replace an existing logging configuration; cleanup restores it'),
    flag('--adopt', 'use existing resources with these names even if they differ: add what is missing, change nothing'),
    flag('--shorten-retention', 'allow a shorter retention than now, which deletes older logs'),
    accountIdFlag('with --dry-run or --export: plan for this account, without credentials'),
    flag('--suggest', 'suggest thresholds from the last two weeks of use'),
    flag(
      '--export FORMAT',
      'write the plan as a template, and change nothing: cloudformation, terraform',
      choice('cloudformation', 'terraform'),
    ),
    flag('-o, --output DIR', 'with --export: the folder to write files to'),
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    KEEP_GOING,
    ...SETTING_FLAGS,
  ],
  shows: ['email', 'alarms', 'spend-threshold', 'budget-usd', 'retention-days', 'lifecycle-days', 'metadata-only'],
  parse(args) {
    check(args)
    return {
      replaceLogging: args.is('replace-logging'),
      adopt: args.is('adopt'),
      shortenRetention: args.is('shorten-retention'),
      suggest: args.is('suggest'),
      accountId: args.text('account-id'),
      template: args.text('export') as TemplateFormat | undefined,
    }
  },
  async run(app, options) {
    const { accountId, template } = options
    if (template) return (await import('./on-paper.ts')).writeTemplate(app, { ...options, template })
    if (accountId !== undefined) return (await import('./on-paper.ts')).planOnPaper(app, { ...options, accountId })
    return (await import('./apply.ts')).apply(app, options)
  },
})

function check(args: Args): void {
  // Thresholds by the use of one account are no thresholds for another.
  refuseBoth(args, 'suggest', 'accounts', 'run setup --suggest in one account at a time')
  if (args.has('account-id') && !args.has('dry-run') && !args.has('export')) {
    const hint = 'without them, setup works in the account of the credentials'
    throw usageError('--account-id needs --dry-run or --export', hint)
  }
  refuseBoth(args, 'account-id', 'accounts', 'leave out --account-id to plan by what exists in the accounts')
  refuseBoth(args, 'account-id', 'suggest', 'leave out --account-id: suggestions need the use of a real account')
  if (args.has('output') && !args.has('export'))
    throw usageError('--output goes with --export only', 'for a result in a file: > FILE')
  const other = ['json', 'suggest', 'yes'].find(args.is)
  if (args.has('export') && other !== undefined)
    throw usageError(`--export does not go with --${other}`, `leave out --${other}: the template is the result`)
}
