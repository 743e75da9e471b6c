import { usageError } from '../../../core/errors.ts'
import type { TemplateFormat } from '../../../steps/export/export.ts'
import { ACCOUNT_FLAGS, KEEP_GOING } from '../../args/account-flags.ts'
import type { Args } from '../../args/args.ts'
import { CHANGE_FLAGS, changeOptions, SKIP_CHECKS, selectionOf } from '../../args/change-flags.ts'
import { accountIdFlag, choice, OFFLINE_FLAG } from '../../args/flag.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import { printChangeResult, printFleetResult } from '../change-result.ts'
import { command } from '../command.ts'

export const setupCommand = command({
  examples: [
    { says: 'show the plan, change nothing', run: 'bedrock-monitor setup --dry-run' },
    { says: 'in a pipeline: no questions, JSON on stdout', run: 'bedrock-monitor setup --yes --json' },
    { says: 'be notified by email', run: 'bedrock-monitor setup --only alarms --email you@example.com' },
    { says: 'thresholds that fit the last two weeks of use', run: 'bedrock-monitor setup --suggest' },
    { says: 'as a template for a pipeline', run: 'bedrock-monitor setup --export cloudformation' },
    { says: 'keep logs for a year', run: 'bedrock-monitor setup --retention-days 365 --lifecycle-days 365' },
  ],
  flags: [
    ...CHANGE_FLAGS,
    SKIP_CHECKS,
    { name: 'replace-logging', describe: 'replace an existing logging configuration; cleanup restores it' },
    {
      name: 'adopt',
      describe: 'use existing resources with these names even if they differ: add what is missing, change nothing',
    },
    { name: 'shorten-retention', describe: 'allow a shorter retention than now, which deletes older logs' },
    accountIdFlag('with --dry-run or --export: plan for this account, without credentials', false),
    { name: 'suggest', describe: 'suggest thresholds from the last two weeks of use' },
    {
      name: 'export',
      value: 'FORMAT',
      describe: 'write the plan as a template, and change nothing: cloudformation, terraform',
      ...choice('cloudformation', 'terraform'),
    },
    { name: 'output', alias: 'o', value: 'DIR', describe: 'with --export: the folder to write files to' },
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    KEEP_GOING,
    ...SETTING_FLAGS,
  ],
  shows: ['email', 'alarms', 'spend-threshold', 'budget-usd', 'retention-days', 'lifecycle-days', 'metadata-only'],
  parse: (args) => ({
    ...selectionOf(args),
    ...changeOptions(args),
    replaceLogging: args.is('replace-logging'),
    adopt: args.is('adopt'),
    shortenRetention: args.is('shorten-retention'),
    offline: args.is('offline'),
    suggest: suggestAsked(args),
    keepGoing: args.is('keep-going'),
    accountId: accountOnPaper(args),
    template: templateFormat(args),
    output: args.text('output'),
  }),
  async run(app, options) {
    const { accountId, template } = options
    if (template) return (await import('./export-plan.ts')).writeTemplate(app, { ...options, template })
    if (accountId !== undefined) return (await import('./plan-on-paper.ts')).planOnPaper(app, { ...options, accountId })
    const { createInteraction } = await import('../../session/interaction.ts')
    const { fleetForSteps } = await import('../../session/open-session.ts')
    const { NOTIFYING, nextSteps, setup, warnOfUnheard } = await import('../../../steps/0-orchestrator.ts')
    const { withAddress } = await import('./address.ts')
    const fleet = await fleetForSteps(app, 'setup', options)
    if (fleet.accounts.length > 1) {
      if (options.suggest) throw oneAtATime('the accounts of the configuration file')
      const { runInFleet } = await import('../../session/fleet-run.ts')
      const results = await runInFleet(app, fleet, { command: 'setup', ...options }, (session, ask) =>
        setup(session, options, ask),
      )
      return printFleetResult(app, { command: 'setup', ...options }, fleet, results)
    }
    const opened = await withAddress(app, fleet.sessions[0], options)
    const suggested =
      options.suggest && (await (await import('./suggested-thresholds.ts')).suggestThresholds(app, opened, options))
    const session = suggested ? suggested.session : opened
    const ask = createInteraction(app, session, { command: 'setup', ...options })
    const result = await setup(session, options, ask)
    const isDone = !result.error && !options.dryRun
    if (isDone && result.report.resources.some(({ step }) => step === NOTIFYING)) await warnOfUnheard(session)
    const next = [...nextSteps(session, result.report.resources), ...(suggested ? suggested.next : [])]
    const report = { ...result.report, ...(suggested && { suggestions: suggested.suggestions }) }
    return printChangeResult(app, { ...result, report }, { dryRun: options.dryRun, next, told: ask.told })
  },
})

const oneAtATime = (accounts: string) =>
  usageError(`--suggest and ${accounts} contradict each other`, 'run setup --suggest in one account at a time')

/** Thresholds by the use of one account are no thresholds for another. */
function suggestAsked(args: Args): boolean {
  if (args.is('suggest') && args.list('accounts').length > 0) {
    throw oneAtATime('--accounts')
  }
  return args.is('suggest')
}

function templateFormat(args: Args): TemplateFormat | undefined {
  const format = args.text('export')
  if (format === undefined && args.text('output') !== undefined)
    throw usageError('--output goes with --export only', 'for a result in a file: > FILE')
  const other = ['json', 'suggest', 'yes'].find((flag) => args.is(flag))
  if (format !== undefined && other !== undefined)
    throw usageError(`--export does not go with --${other}`, `leave out --${other}: the template is the result`)
  return format as TemplateFormat | undefined
}

/** The account to plan for without asking AWS: it can be nothing but a dry run. */
function accountOnPaper(args: Args): string | undefined {
  const accountId = args.text('account-id')
  if (accountId === undefined) return undefined
  if (!args.is('dry-run') && args.text('export') === undefined) {
    throw usageError(
      '--account-id needs --dry-run or --export',
      'without them, setup works in the account of the credentials',
    )
  }
  if (args.list('accounts').length > 0) {
    throw usageError(
      '--account-id and --accounts contradict each other',
      'leave out --account-id to plan by what exists in the accounts',
    )
  }
  if (args.is('suggest')) {
    throw usageError(
      '--account-id and --suggest contradict each other',
      'leave out --account-id: suggestions need the use of a real account',
    )
  }
  return accountId
}
