import type { Warning } from '../../../core/events.ts'
import { placeKey } from '../../../core/place.ts'
import { groupsBy } from '../../../report/grouping.ts'
import { logs } from '../../../report/sources/logs/index.ts'
import { metrics } from '../../../report/sources/metrics/index.ts'
import { meterOf } from '../../../report/sources/opening.ts'
import type { Source } from '../../../report/sources/source.ts'
import { dimensionsOfRules, type Teams } from '../../../report/teams/rules.ts'
import { sessionOf } from '../../../steps/6-report.ts'
import { watchedPlaces } from '../../../steps/watched.ts'
import { usd } from '../../../text/numbers.ts'
import { openMetricsText, prometheusText } from '../../../text/openmetrics.ts'
import { type CallerRequest, createCallers } from '../../../watch/exporter/callers.ts'
import { createExporter } from '../../../watch/exporter/exporter.ts'
import { parseSaved, savedText } from '../../../watch/exporter/ledger.ts'
import { samplesOf } from '../../../watch/exporter/samples.ts'
import { type Address, isLoopback, type Page, serve } from '../../../watch/exporter/server.ts'
import { type App, printJson } from '../../command.ts'
import { cacheFolder, textCache } from '../../session/cache-folder.ts'
import { teamsFor } from '../../session/config-file.ts'
import { fleetFor } from '../../session/open-session.ts'
import { priceSources } from '../../session/price-sources.ts'

const STATE = 'exporter.json'

type Options = Record<'by' | 'teamsFile', string | undefined> & { listen: string; address: Address; intervalMs: number }

export async function runExporter(app: App, options: Options): Promise<number> {
  const { listen, address, intervalMs, by, teamsFile } = options
  const { cx, common, env, io } = app
  const teams = await teamsFor(app, teamsFile)
  const warn = (warning: Warning) => cx.emit({ type: 'warning', warning })
  const fleet = await fleetFor(app, 'exporter', { linked: app.common.linked })
  const { accounts, places, joined } = await watchedPlaces(fleet, warn)
  const whose = address.port === 0 ? ['a free port', ...places.map(placeKey)] : [`${address.host}:${address.port}`]
  // One for each address, since two cannot have the same, or for what is read on a free port; what one endpoint said is nothing to another.
  const whoseState = ['exporter', ...whose, common.endpointUrl ?? env.AWS_ENDPOINT_URL ?? ''].join(' ')
  const folder = cacheFolder(env)
  const state = folder === undefined ? undefined : textCache(folder, whoseState)
  const known = await state?.read(STATE)
  const saved = known === undefined ? undefined : parseSaved(known)
  const anew = 'the counters begin at 0 again: what the last run saved is damaged, too large or from another version'
  if (known !== undefined && !saved) warn({ code: 'exporter-anew', message: anew })
  const rulesOf = (source: Source<never>) => (teams && isTold(source, teams) ? teams.rules : undefined)
  const named = { ofModels: rulesOf(metrics), ofCallers: rulesOf(logs) }
  if (teams && !named.ofModels) warn(untold(teams, by))
  const withTags = teams?.rules.some(({ where }) => Object.keys(where).some((key) => key.startsWith('tag:'))) ?? false
  const { priceLoader } = await import('../../../report/sources/prices.ts')
  const load = priceLoader({ ...(await priceSources(app, { places })), withTags })
  const { settings } = fleet.sessions[0].env
  const metered = meterOf(sessionOf({ cx, open: async () => fleet }), logs, undefined)
  const ofLog: CallerRequest | undefined =
    by === undefined
      ? undefined
      : {
          by,
          also: dimensionsOfRules(named.ofCallers ?? [], (name) => groupsBy(logs.groupings, name)),
          open: () => logs.open(metered.session, {}),
        }
  const exporter = createExporter({
    places,
    joined,
    async prices(rows) {
      const { warnings, ...found } = await load(rows)
      for (const warning of warnings) warn(warning)
      return found
    },
    intervalMs,
    budgetName: settings.budgetName,
    teams: named,
    accounts,
    ...(ofLog && { callers: (before) => createCallers(cx, ofLog, before), billed: metered.billed }),
    saved,
  })
  const version = await app.version()
  const pageNow = (): Page => {
    const samples = samplesOf(exporter.told(), { teams, version })
    return { openMetrics: openMetricsText(samples), text: prometheusText(samples) }
  }
  let page = pageNow()
  const serving = await serve(address, () => page)
  let unkept: string | undefined
  try {
    if (common.json) printJson(app, { schemaVersion: 1, command: 'exporter', ok: true, url: serving.url })
    else io.stdout.line(serving.url)
    if (!isLoopback(address)) {
      const message = `whoever reaches ${listen} can read models, accounts, usage and cost: there is no authentication`
      warn({ code: 'exporter-open', message })
    }
    for (let reads = 0; ; reads += 1) {
      const began = cx.clock.now()
      for (const warning of await exporter.refresh()) warn(warning)
      // What is told was kept first: a counter that had been told and was forgotten would fall.
      const why = state ? await state.write(STATE, savedText(exporter.saved())) : 'no XDG_CACHE_HOME or HOME is set'
      const message = `the counters cannot be kept, and begin at 0 after a restart: ${why}`
      if (why !== undefined && why !== unkept) warn({ code: 'cache-not-written', message })
      unkept = why
      page = pageNow()
      const cost = `AWS charges about ${usd(exporter.dailyUsd())} a day at most, for metrics requested from CloudWatch.`
      if (reads === 0 && !common.quiet) io.stderr.line(`Reading every ${intervalMs / 1_000} s: ${cost}`)
      await cx.clock.sleep(Math.max(0, began + intervalMs - cx.clock.now()), cx.signal)
    }
  } finally {
    await serving.close()
  }
}

function isTold(source: Source<never>, { rules }: Teams): boolean {
  const tells = (name: string) => groupsBy(source.groupings, name)
  return dimensionsOfRules(rules, tells).every(tells)
}

function untold({ source }: Teams, by: string | undefined): Warning {
  const where =
    by === undefined ? 'pass --by role to have it in the metrics of callers' : 'the metrics of callers have it'
  const message = `${source}: the rules of teams need more than CloudWatch's metrics have, so these get no label team; ${where}`
  return { code: 'exporter-callers', message }
}
