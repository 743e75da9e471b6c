import { type FeaturesInUse, type InUse, isMantle } from '../use/in-use.ts'
import { MODEL_VARIABLE } from './chosen-model.ts'
import type { ShownFeature } from './features.ts'
import { OWNER_LINE, type Standing, standingOn, theirVariables, theirWidgets } from './ours.ts'
import { briefRows, fullRows } from './region.ts'
import { settledSpend } from './spend.ts'
import { type DashboardBody, GRID, place, type Sized, type Widget } from './widgets.ts'

/** What CloudWatch takes ("CloudWatch service quotas", "Dashboard Body Structure and Syntax"). `bytes` is what others report to work. */
export const LIMITS = { widgets: 500, metricsAWidget: 500, metrics: 2_500, bytes: 250_000 } as const

/** Whether a body is within the limits. `modelsIn` tells how many series a search in a Region finds. */
function isWithinLimits(body: DashboardBody, modelsIn: (region: string) => number): boolean {
  const counts = body.widgets.map((widget) => metricsOf(widget, modelsIn))
  return (
    body.widgets.length <= LIMITS.widgets &&
    counts.every((count) => count <= LIMITS.metricsAWidget) &&
    counts.reduce((sum, count) => sum + count, 0) <= LIMITS.metrics &&
    Buffer.byteLength(JSON.stringify(body)) <= LIMITS.bytes
  )
}

/** Metrics of a widget. A search counts as each model's metric. */
function metricsOf({ properties = {} }: Widget, modelsIn: (region: string) => number): number {
  const { metrics, region } = properties
  const rows: unknown[] = Array.isArray(metrics) ? metrics : []
  return rows.reduce<number>((sum, row) => {
    const searches = JSON.stringify(row).match(/SEARCH\(/g)?.length ?? 0
    return sum + (searches === 0 ? 1 : searches * modelsIn(String(region)))
  }, 0)
}

export interface DashboardFacts {
  logGroup: string
  inUse: InUse
  /** What is used besides models, in Regions that were looked at. */
  featuresInUse: FeaturesInUse
  /** The ARNs of a Region's alarms, and whether that is certain: of a Region that was not looked at it is a guess. */
  alarmsIn(region: string): { arns: readonly string[]; isCertain: boolean }
}

/**
 * How much is shown: everything of each Region or a row, and the spend of so many models. Each layout has the same rooms, so that less
 * detail never makes room for more. Most first.
 */
const DETAILS = (['full', 'brief'] as const).flatMap((layout) => [20, 10, 5, 2, 0].map((room) => ({ layout, room })))
type Detail = (typeof DETAILS)[number]

const LEAST: Detail = { layout: 'brief', room: 0 }

/**
 * Our widgets and variable, and below them those of others, as detailed as the limits allow. It stays as it stands while that is
 * right. Graphs search for their models; the spend is of models whose prices are known.
 */
export function desiredBody(
  facts: DashboardFacts,
  regions: readonly string[],
  have?: DashboardBody,
  /** On a dashboard of somebody's, his widgets stay where they are and ours come below. */
  theirsFirst = false,
): DashboardBody {
  const shown = [...new Set(regions)].sort()
  const standing = have ? standingOn(have) : new Map<string, Standing>()
  const stood = have && sameRegions(shown, [...standing.keys()]) ? detailOf(have) : undefined
  const modelsIn = (region: string) => facts.inUse.get(region)?.length ?? modelsOf(standing.get(region))
  for (const detail of DETAILS.slice(stood ? DETAILS.indexOf(stood) : 0)) {
    const body = bodyOf(facts, shown, detail, standing, have, theirsFirst)
    if (isWithinLimits(body, modelsIn)) return body
  }
  return bodyOf(facts, shown, LEAST, standing, have, theirsFirst)
}

function bodyOf(
  facts: DashboardFacts,
  regions: readonly string[],
  detail: Detail,
  standing: ReadonlyMap<string, Standing>,
  have: DashboardBody | undefined,
  theirsFirst: boolean,
): DashboardBody {
  const named = regions.length > 1
  const rows = regions.flatMap((region) => {
    const stands = standing.get(region)
    const { arns, isCertain } = facts.alarmsIn(region)
    const view = {
      region,
      named,
      logGroup: facts.logGroup,
      spend: settledSpend(facts.inUse.get(region), stands?.spend, detail.room),
      features: featuresOf(facts, region, stands),
      alarms: isCertain ? arns : (stands?.alarms ?? arns),
    }
    return detail.layout === 'full' ? fullRows(view) : briefRows(view)
  })
  const ours = place([[head(regions, detail)], ...rows])
  const theirs = have ? theirWidgets(have) : []
  const variables = [...(detail.layout === 'full' ? [MODEL_VARIABLE] : []), ...(have ? theirVariables(have) : [])]
  const widgets = theirsFirst ? [...theirs, ...below(theirs, ours)] : [...ours, ...below(ours, theirs)]
  return { ...have, ...withVariables(variables), widgets }
}

/** What is used, and what stands: a row that came and went with every pause of use would always be found different. */
function featuresOf({ inUse, featuresInUse }: DashboardFacts, region: string, stands?: Standing): ShownFeature[] {
  const mantle = inUse.get(region)?.some(isMantle) ? (['mantle'] as const) : []
  return [...new Set([...(stands?.features ?? []), ...mantle, ...(featuresInUse.get(region) ?? [])])]
}

export function withoutOurs(have: DashboardBody): DashboardBody {
  return { ...have, ...withVariables(theirVariables(have)), widgets: theirWidgets(have) }
}

const withVariables = (variables: readonly unknown[]) =>
  variables.length > 0 ? { variables } : { variables: undefined }

function head(regions: readonly string[], { layout, room }: Detail): Sized {
  const said = [
    OWNER_LINE,
    layout === 'full' ? '' : 'One row a Region, all models together: there are too many Regions or models for more.',
    `Spend is shown for up to ${room} models a Region.`,
    layout === 'full' ? 'Tables of calls need the log group, which `bedrock-monitor setup` makes.' : '',
  ]
  const markdown = `## Amazon Bedrock in ${regions.join(', ')}\n${said.filter((one) => one !== '').join(' ')}`
  return { type: 'text', width: GRID, height: 2, properties: { markdown, background: 'transparent' } }
}

function detailOf({ widgets }: DashboardBody): Detail | undefined {
  const text = widgets.map(({ properties }) => String(properties?.markdown)).find((one) => one.includes(OWNER_LINE))
  const room = Number(/up to (\d+) models a Region/.exec(text ?? '')?.[1])
  const layout = text?.includes('One row a Region') ? 'brief' : 'full'
  return DETAILS.find((one) => one.layout === layout && one.room === room)
}

const sameRegions = (a: readonly string[], b: readonly string[]) => a.join() === [...b].sort().join()

const modelsOf = (standing: Standing | undefined) => {
  if (!standing) return 0
  const { lines, unpriced, more } = standing.spend
  return new Set([...lines.map(({ modelId }) => modelId), ...unpriced]).size + more
}

/** Moved down as one, no further than it takes to be clear of what stands above. */
function below(above: readonly Widget[], widgets: readonly Widget[]): Widget[] {
  // Widgets without a place are put by CloudWatch, six units high where they do not say.
  const end = Math.max(0, ...above.map(({ y = 0, height = 6 }) => y + height))
  const shift = Math.max(0, end - Math.min(...widgets.map(({ y = 0 }) => y)))
  return widgets.map((widget) => ({ ...widget, y: (widget.y ?? 0) + shift }))
}
