import { join } from 'node:path'
import { bedrockRegions } from '../../../aws/partitions.ts'
import { usageError } from '../../../core/errors.ts'
import { planAll, planForEmptyAccount, type SetupOptions } from '../../../steps/0-orchestrator.ts'
import type { Env } from '../../../steps/env.ts'
import { type Exported, exportPlan, type TemplateFormat } from '../../../steps/export/export.ts'
import { wrap } from '../../../text/wrap.ts'
import type { App } from '../../command.ts'
import { regionChoice } from '../../session/connection.ts'
import { fleetFor, settingsFor } from '../../session/open-session.ts'
import { makeFolder, openResult } from '../../session/write-file.ts'
import { nextText, printChangeResult } from '../change-result.ts'
import { createInteraction } from '../run-change.ts'

type OnPaper = SetupOptions & { accountId: string }

async function onPaper(app: App, options: OnPaper) {
  const choice = await regionChoice(app)
  const regions = 'named' in choice ? choice.named : bedrockRegions(choice.allFrom)
  const region = regions[0] ?? ''
  const env: Env = { accountId: options.accountId, region, regions, homeRegion: region, settings: settingsFor(app) }
  const { items, report } = planForEmptyAccount(env, options)
  for (const warning of report.warnings) app.cx.emit({ type: 'warning', warning })
  return { env, items, report }
}

/** `setup --dry-run` for an account that is only named: no credentials, no call. Answers the exit code. */
export async function planOnPaper(app: App, options: OnPaper): Promise<number> {
  const { env, items, report } = await onPaper(app, options)
  createInteraction(app, { env }, 'setup').showPlan(items, report.monthlyCost)
  return printChangeResult(app, { report }, { dryRun: true })
}

type Template = SetupOptions & { accountId: string | undefined; template: TemplateFormat }

/** `setup --export`: the template goes to stdout, or into the files of a folder; what to do with it is told. Answers the exit code. */
export async function writeTemplate(app: App, options: Template): Promise<number> {
  const { notes, next, files } = await exported(app, options)
  const { output, quiet } = app.common
  const { stdout, stderr } = app.io
  const [first, more] = files
  if (output === undefined && more) {
    const hint = 'pass -o DIR for a file of each Region, or --region with one'
    throw usageError(`a CloudFormation template is of one Region, and this is about ${files.length}`, hint)
  }
  if (output === undefined) stdout.write(first?.text ?? '')
  else {
    await makeFolder(app, output)
    for (const { name, text } of files) await (await openResult(app, { output: join(output, name) })).write(text)
    for (const { name } of files) stdout.line(join(output, name))
  }
  if (quiet) return 0
  for (const note of notes) stderr.lines(wrap(`Note: ${note}.`, Math.max(40, stderr.width)))
  stderr.line(nextText(next, stderr))
  return 0
}

async function exported(app: App, { accountId, template: format, ...options }: Template): Promise<Exported> {
  const { replaceLogging } = options
  if (accountId !== undefined) {
    const { env, items } = await onPaper(app, { ...options, accountId })
    return exportPlan(env, items, { format, replaceLogging })
  }
  // Nothing is changed, so what status may read is enough.
  const { sessions, accounts } = await fleetFor(app, 'status', { ofSteps: true })
  if (accounts.length > 1) {
    const hint = 'name one with --accounts, and write one template after the other'
    throw usageError(`a template is of one account, and this is about ${accounts.length}`, hint)
  }
  const [session] = sessions
  const { items } = await planAll(session, options, { replaceForeign: replaceLogging })
  return exportPlan(session.env, items, { format, replaceLogging, cx: session.cx })
}
