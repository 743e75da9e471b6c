import { bedrockRegions } from '../../../aws/partitions.ts'
import type { SetupOptions } from '../../../steps/0-orchestrator.ts'
import { planForEmptyAccount } from '../../../steps/0-orchestrator.ts'
import type { Env } from '../../../steps/env.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { App } from '../../session/app.ts'
import { regionChoice } from '../../session/connection.ts'
import { createInteraction } from '../../session/interaction.ts'
import { settingsFor } from '../../session/open-session.ts'
import { printChangeResult } from '../change-result.ts'

/** The plan for an account that is only named. */
export async function onPaper(app: App, options: SetupOptions & { accountId: string; settings: SettingLayer }) {
  const choice = await regionChoice(app)
  const regions = 'named' in choice ? choice.named : bedrockRegions(choice.allFrom)
  const region = regions[0] ?? ''
  const { accountId } = options
  const env: Env = { accountId, region, regions, homeRegion: region, settings: settingsFor(app, options.settings) }
  const { items, report } = planForEmptyAccount(env, options)
  for (const warning of report.warnings) app.cx.emit({ type: 'warning', warning })
  return { env, items, report }
}

/** `setup --dry-run` for an account that is only named: no credentials, no call. Answers the exit code. */
export async function planOnPaper(
  app: App,
  options: SetupOptions & { accountId: string; settings: SettingLayer },
): Promise<number> {
  const { env, items, report } = await onPaper(app, options)
  createInteraction(app, { env }, { ...options, command: 'setup' }).showPlan(items, report.monthlyCost)
  return printChangeResult(app, { report }, { dryRun: true })
}
