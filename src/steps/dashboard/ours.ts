import { MODEL_VARIABLE } from './chosen-model.ts'
import { featuresShown, SHOWN_FEATURES, type ShownFeature } from './features.ts'
import { ALARMS, briefRows, fullRows, type RegionView } from './region.ts'
import { NO_SPEND, type Spend } from './spend.ts'
import { GRAPH_TITLES, spendRegionOf, spendShown } from './spend-widgets.ts'
import type { DashboardBody, Widget } from './widgets.ts'

/** The line by which a dashboard is known as ours: it lives in the body, which is all that is certain to be kept. */
export const OWNER_LINE = 'Managed by bedrock-monitor.'

/** The member of a body of somebody's, never put to AWS, that tells how it was written before there was anything of ours on it. */
export const BEFORE = 'bedrock-monitor:before'

export interface Standing {
  spend: Spend
  /** Undefined where there is no widget of the Region's alarms. */
  alarms: readonly string[] | undefined
  features: readonly ShownFeature[]
}

export function regionsOn(have: DashboardBody): string[] {
  const regions = ourWidgets(have).map(regionOf)
  return [...new Set(regions.filter((region) => region !== undefined))].sort()
}

export function standingOn(have: DashboardBody): Map<string, Standing> {
  const ours = ourWidgets(have)
  return new Map(
    regionsOn(have).map((region) => {
      const here = ours.filter((widget) => regionOf(widget) === region)
      const graph = here.find((widget) => GRAPH_TITLES.includes(titleOf(widget) ?? ''))
      const text = here.find(({ type }) => type === 'text')
      const states = here.find(({ type }) => type === 'alarm')?.properties.alarms
      return [
        region,
        {
          spend: spendShown(graph?.properties.metrics, text?.properties.markdown),
          alarms: Array.isArray(states) ? states.map(String) : undefined,
          features: featuresShown(here.map(titleOf)),
        },
      ]
    }),
  )
}

export function theirWidgets(have: DashboardBody): Widget[] {
  const ours = new Set(ourWidgets(have))
  return have.widgets.filter((widget) => !ours.has(widget))
}

export function theirVariables({ variables }: DashboardBody): unknown[] {
  const all: unknown[] = Array.isArray(variables) ? variables : []
  return all.filter((one) => !(typeof one === 'object' && one !== null && 'id' in one && one.id === MODEL_VARIABLE.id))
}

/**
 * What has one of our titles; on a dashboard that was there before us (`BEFORE` tells) only from our first widget on, since ours come
 * last: what stands before it is theirs by whatever title.
 */
function ourWidgets({ widgets, [BEFORE]: before }: DashboardBody): Widget[] {
  if (before === undefined) return widgets.filter(isOurs)
  const first = widgets.findIndex(({ properties }) => String(properties?.markdown).includes(OWNER_LINE))
  return first < 0 ? [] : widgets.slice(first).filter(isOurs)
}

function isOurs(widget: Widget): boolean {
  if (widget.type !== 'text') return OUR_TITLES.has(titleOf(widget))
  const { markdown } = widget.properties ?? {}
  return String(markdown).includes(OWNER_LINE) || spendRegionOf(markdown) !== undefined
}

function titleOf(widget: Widget): string {
  return String(widget.properties?.title).replace(`, ${regionOf(widget)}`, '')
}

/** A widget of alarms has no Region but those in the alarms' ARNs. */
function regionOf({ type, properties = {} }: Widget): string | undefined {
  const { region, alarms, markdown } = properties
  if (type === 'text') return spendRegionOf(markdown)
  if (type === 'alarm') return Array.isArray(alarms) ? String(alarms[0]).split(':')[3] : undefined
  return typeof region === 'string' ? region : undefined
}

const SAMPLE: RegionView = {
  region: '',
  named: false,
  logGroup: '',
  spend: NO_SPEND,
  features: SHOWN_FEATURES,
  alarms: [ALARMS],
}
const PRICED: Spend = {
  ...NO_SPEND,
  lines: [{ modelId: 'm', parts: [{ metric: 'InputTokenCount', usdPerMillion: 1 }] }],
}

/** What ours were called once: so a dashboard of then has none of them left over. */
const EARLIER_TITLES = [
  ...['Dearest identities', 'Identities of most tokens'],
  ...['Dearest requests', 'Requests of most tokens'],
]

const OUR_TITLES = new Set(
  [SAMPLE, { ...SAMPLE, spend: PRICED }, { ...SAMPLE, spend: { ...PRICED, more: 1 } }]
    .flatMap((view) => [...fullRows(view), ...briefRows(view)].flat())
    .flatMap(({ type, properties }) => (type === 'text' ? [] : [String(properties.title)]))
    .concat(EARLIER_TITLES),
)
