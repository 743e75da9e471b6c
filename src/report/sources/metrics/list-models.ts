import {
  type Dimension,
  ListMetricsCommand,
  type ListMetricsCommandOutput,
  type Metric,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext, AwsPlace, Link } from '../../../aws/context.ts'
import { NOT_AWS } from '../../../aws/fault.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError, isAppError } from '../../../core/errors.ts'
import { MINUTE_MS } from '../../window.ts'
import { ALL_MODELS, MANTLE_NAMESPACE, NAMESPACE } from './names.ts'
import { type TierListing, tierListing } from './tiers.ts'

/** Many times what an account has, application inference profiles included. Each takes some twenty queries. */
const MOST_MODELS = 20_000
/** What other namespaces have of each thing, at most. */
const METRICS_A_MODEL = 50
/** Of 500 metrics each: what thousands of linked accounts have. */
const MOST_PAGES = 10_000
/** How long the listing of all accounts of a hub serves, ms: all that ask meanwhile are of the same round. */
const SERVES_MS = MINUTE_MS / 2

export interface ListedModels {
  models: string[]
  /** Of those that were called in a tier other than the standard one: what there is to be asked about their tiers. */
  tiers: TierListing
  metrics: readonly Metric[]
}

export interface MantleModel {
  model: string
  projects?: readonly string[]
}

/** One listing serves all metrics: a model that only ever failed has no Invocations to be found by. */
export async function listModels(cx: AwsContext): Promise<ListedModels> {
  return (await listingOf(cx, NAMESPACE)) ?? { models: [], tiers: new Map(), metrics: [] }
}

/** Every metric of a namespace, besides Bedrock's own, with data in the last two weeks. */
export async function listOthers(cx: AwsContext, namespace: string): Promise<readonly Metric[]> {
  return (await listingOf(cx, namespace))?.metrics ?? []
}

export async function listMantleModels(cx: AwsContext): Promise<MantleModel[]> {
  const { models = [], metrics = [] } = (await listingOf(cx, MANTLE_NAMESPACE)) ?? {}
  const projects = new Map<string, Set<string>>()
  for (const { Dimensions = [] } of metrics) {
    const { Model: model, Project: project, ...others } = dimensionsIn(Dimensions)
    if (model === undefined || project === undefined || Object.keys(others).length > 0 || models.includes(model))
      continue
    projects.set(model, (projects.get(model) ?? new Set()).add(project))
  }
  const byProject = [...projects].map(([model, of]): MantleModel => ({ model, projects: [...of].sort() }))
  return [...models.map((model) => ({ model })), ...byProject].sort((a, b) => (a.model < b.model ? -1 : 1))
}

export function dimensionsIn(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]))
}

export async function linkedByMetrics({ cx, account }: AwsPlace): Promise<string[]> {
  const listings = await Promise.all([NAMESPACE, MANTLE_NAMESPACE].map((namespace) => listing(cx, namespace)))
  return [...new Set(listings.flatMap((found) => [...found.keys()]))].filter((owner) => owner !== account).sort()
}

/** By the account whose metrics they are; '' is the one that is called. */
type Listings = ReadonlyMap<string, ListedModels>

const served = new WeakMap<Link['hub'], Map<string, { at: number; found: Promise<Listings> }>>()

async function listingOf(cx: AwsContext, namespace: string): Promise<ListedModels | undefined> {
  return (await listing(cx, namespace)).get(cx.link?.owner ?? '')
}

function listing(cx: AwsContext, namespace: string): Promise<Listings> {
  if (!cx.link) return listed(cx, namespace)
  const { hub } = cx.link
  const ofHub = served.get(hub) ?? new Map<string, { at: number; found: Promise<Listings> }>()
  served.set(hub, ofHub)
  const now = cx.clock.now()
  const known = ofHub.get(namespace)
  if (known && now - known.at < SERVES_MS) return known.found
  const found = listed(cx, namespace, hub).catch((error: unknown) => {
    // Some emulations of AWS, and perhaps a policy, do not take the question about linked accounts.
    if (!isAppError(error) || error.kind !== 'aws' || error.transient) throw error
    return listed(cx, namespace).then((own) => new Map([...own].map(([, models]) => [hub.account, models])))
  })
  // Who finds linked accounts by it need not be who reads them.
  found.catch(() => {})
  ofHub.set(namespace, { at: now, found })
  return found
}

async function listed(cx: AwsContext, namespace: string, hub?: Link['hub']): Promise<Listings> {
  const dimension = namespace === NAMESPACE ? 'ModelId' : 'Model'
  type Found = { models: Set<string>; tiers: ReturnType<typeof tierListing>; metrics: Metric[] }
  const owners = new Map<string, Found>()
  for await (const [metric, owner] of listMetrics(cx, namespace, hub)) {
    const known = owners.get(owner) ?? { models: new Set(), tiers: tierListing(), metrics: [] }
    owners.set(owner, known)
    // Finer ones (by service tier, by image size) are parts of its numbers.
    const [only, ...others] = metric.Dimensions ?? []
    const { Name, Value: model } = (others.length === 0 && only) || {}
    if (Name === dimension && model !== undefined && model !== ALL_MODELS) known.models.add(model)
    known.tiers.add(metric)
    if (namespace !== NAMESPACE) known.metrics.push(metric)
    if (Math.max(known.models.size, known.tiers.size, known.metrics.length / METRICS_A_MODEL) > MOST_MODELS) {
      const message = `cloudwatch:ListMetrics failed: it returned more than ${MOST_MODELS} models, more than any account has`
      throw new AppError('aws', 'TooManyModels', message, { hint: NOT_AWS })
    }
  }
  const listedOf = ({ models, tiers, metrics }: Found) => ({
    models: [...models].sort(),
    tiers: tiers.listing(),
    metrics,
  })
  return new Map([...owners].map(([owner, found]) => [owner, listedOf(found)]))
}

/** Of the last two weeks, each with its account where there is a hub: linked accounts' are among them. */
async function* listMetrics(
  cx: AwsContext,
  namespace: string,
  hub?: Link['hub'],
): AsyncGenerator<[Metric, owner: string]> {
  const about = { Namespace: namespace, ...(hub && { IncludeLinkedAccounts: true }) }
  const ask = (NextToken: string | undefined) => cx.aws.cloudwatch.send(new ListMetricsCommand({ ...about, NextToken }))
  const tokenOf = ({ NextToken }: ListMetricsCommandOutput) => NextToken
  for await (const page of pagesOf('cloudwatch:ListMetrics', ask, tokenOf, hub && { mostPages: MOST_PAGES })) {
    cx.emit({ type: 'billed', unit: 'metric-listings', count: 1 })
    const { Metrics = [], OwningAccounts = [] } = page
    for (const [index, metric] of Metrics.entries()) {
      // A server that is not AWS may list more than it was asked for.
      if (metric.Namespace !== namespace) continue
      // One that is not told is the account that is called.
      const owner = OwningAccounts[index] ?? ''
      yield [metric, hub ? (/^\d{12}$/.test(owner) ? owner : hub.account) : '']
    }
  }
}
