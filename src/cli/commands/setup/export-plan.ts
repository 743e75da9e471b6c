import { join } from 'node:path'
import { usageError } from '../../../core/errors.ts'
import { planAll, type SetupOptions } from '../../../steps/0-orchestrator.ts'
import { type Exported, exportPlan, type TemplateFormat } from '../../../steps/export/export.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import { wrap } from '../../../text/wrap.ts'
import type { App } from '../../session/app.ts'
import { fleetForSteps } from '../../session/open-session.ts'
import { openResult } from '../../session/write-file.ts'
import { nextLines } from '../change-result.ts'
import { makeFolder } from '../report/split.ts'
import { onPaper } from './plan-on-paper.ts'

type ExportPlanOptions = SetupOptions & {
  settings: SettingLayer
  offline: boolean
  accountId: string | undefined
  template: TemplateFormat
  output: string | undefined
}

/** `setup --export`: the template goes to stdout, or into the files of a folder; what to do with it is told. Answers the exit code. */
export async function writeTemplate(app: App, options: ExportPlanOptions): Promise<number> {
  const { notes, next, files } = await exported(app, options)
  const { output } = options
  const [first, more] = files
  if (output === undefined && more) {
    const hint = 'pass -o DIR for a file of each Region, or --region with one'
    throw usageError(`a CloudFormation template is of one Region, and this is about ${files.length}`, hint)
  }
  if (output === undefined) app.io.stdout.write(first?.text ?? '')
  else {
    await makeFolder(app, output)
    for (const { name, text } of files)
      await (await openResult(app, { output: join(output, name), verbose: false })).write(text)
    for (const { name } of files) app.io.stdout.line(join(output, name))
  }
  if (app.common.quiet) return 0
  const { stderr } = app.io
  for (const note of notes) for (const line of wrap(`Note: ${note}.`, Math.max(40, stderr.width))) stderr.line(line)
  stderr.line(
    [
      '',
      'Next',
      ...next.flatMap((step) => nextLines(step, stderr.isTty ? stderr.width : Number.POSITIVE_INFINITY)),
    ].join('\n'),
  )
  return 0
}

async function exported(app: App, { accountId, template: format, ...options }: ExportPlanOptions): Promise<Exported> {
  const { replaceLogging } = options
  if (accountId !== undefined) {
    const { env, items } = await onPaper(app, { ...options, accountId })
    return exportPlan(env, items, { format, replaceLogging })
  }
  // Nothing is changed, so what status may read is enough.
  const { sessions, accounts } = await fleetForSteps(app, 'status', options)
  if (accounts.length > 1) {
    throw usageError(
      `a template is of one account, and this is about ${accounts.length}`,
      'name one with --accounts, and write one template after the other',
    )
  }
  const [session] = sessions
  const { items } = await planAll(session, options, { replaceForeign: replaceLogging })
  app.reporter.pause()
  return exportPlan(session.env, items, { format, replaceLogging, cx: session.cx })
}
