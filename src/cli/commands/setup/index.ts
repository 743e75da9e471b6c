import { usageError } from '../../../core/errors.ts'
import type { SetupOptions } from '../../../steps/0-orchestrator.ts'
import type { TemplateFormat } from '../../../steps/export/export.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { Args } from '../../args/args.ts'
import { CHANGE_FLAGS, changeOptions, SKIP_CHECKS, selectionOf } from '../../args/change-flags.ts'
import { accountIdFlag, choice, OFFLINE_FLAG } from '../../args/flag.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import { printChangeResult } from '../change-result.ts'
import { command } from '../command.ts'

interface Options extends SetupOptions {
  settings: SettingLayer
  offline: boolean
  suggest: boolean
  /** Write the plan as a template and change nothing. */
  template: TemplateFormat | undefined
  output: string | undefined
  /** Of a plan on paper. */
  accountId: string | undefined
}

export const setupCommand = command<Options>({
  examples: [
    { says: 'see what it would do, and do nothing', run: 'bedrock-monitor setup --dry-run' },
    { says: 'in a pipeline: no question, JSON on stdout', run: 'bedrock-monitor setup --yes --json' },
    { says: 'be told of alarms by e-mail', run: 'bedrock-monitor setup --only alarms --email you@example.com' },
    { says: 'thresholds that fit the last two weeks', run: 'bedrock-monitor setup --suggest' },
    {
      says: 'as a template, where a pipeline makes what is made',
      run: 'bedrock-monitor setup --export cloudformation',
    },
    { says: 'keep logs for a year', run: 'bedrock-monitor setup --retention-days 365 --lifecycle-days 365' },
  ],
  flags: [
    ...CHANGE_FLAGS,
    SKIP_CHECKS,
    { name: 'replace-logging', describe: "replace somebody else's logging configuration; cleanup puts it back" },
    {
      name: 'adopt',
      describe:
        'use what already has our names even where it differs: add to it, change nothing, take it out at cleanup',
    },
    { name: 'shorten-retention', describe: 'keep logs for a shorter time than now, which deletes the older ones' },
    accountIdFlag('with --dry-run or --export: plan for it as if it were empty, without credentials', false),
    { name: 'suggest', describe: 'suggest thresholds by the last two weeks of use, and ask' },
    {
      name: 'export',
      value: 'FORMAT',
      describe: 'write the plan as a template, and change nothing: cloudformation, terraform',
      ...choice('cloudformation', 'terraform'),
    },
    { name: 'output', alias: 'o', value: 'DIR', describe: 'with --export: the folder to write files to' },
    OFFLINE_FLAG,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    ...selectionOf(args),
    ...changeOptions(args),
    replaceLogging: args.is('replace-logging'),
    adopt: args.is('adopt'),
    shortenRetention: args.is('shorten-retention'),
    offline: args.is('offline'),
    suggest: args.is('suggest'),
    accountId: accountOnPaper(args),
    template: templateFormat(args),
    output: args.text('output'),
  }),
  async run(app, options) {
    const { accountId, template } = options
    if (template) return (await import('./export-plan.ts')).writeTemplate(app, { ...options, template })
    if (accountId !== undefined) return (await import('./plan-on-paper.ts')).planOnPaper(app, { ...options, accountId })
    const { createInteraction } = await import('../../session/interaction.ts')
    const { sessionForSteps } = await import('../../session/open-session.ts')
    const { nextSteps, setup } = await import('../../../steps/0-orchestrator.ts')
    const { pendingEndpoints } = await import('../../../steps/notify/notifications.ts')
    const opened = await sessionForSteps(app, options)
    const suggested =
      options.suggest && (await (await import('./suggested-thresholds.ts')).suggestThresholds(app, opened, options))
    const session = suggested ? suggested.session : opened
    const result = await setup(session, options, createInteraction(app, session, { command: 'setup', ...options }))
    const pending = result.error || options.dryRun ? [] : await pendingEndpoints(session.cx, session.env)
    const next = [...nextSteps(session, pending), ...(suggested ? suggested.next : [])]
    const report = { ...result.report, ...(suggested && { suggestions: suggested.suggestions }) }
    return printChangeResult(app, { ...result, report }, { dryRun: options.dryRun, next })
  },
})

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
      '--account-id goes with --dry-run or --export only',
      'setup works in the account of the credentials',
    )
  }
  if (args.is('suggest')) {
    throw usageError(
      '--account-id and --suggest contradict each other',
      'leave out --account-id: suggestions go by use',
    )
  }
  return accountId
}
