import type { AwsContext } from '../aws/context.ts'
import { usageError } from '../core/errors.ts'
import { type AnyResource as Any, GLOBAL, type Resource, type Step } from '../core/resource.ts'
import { iam } from './1-iam.ts'
import { storage } from './2-storage.ts'
import { logging } from './3-logging.ts'
import { dashboard } from './4-dashboard.ts'
import { alarms } from './5-alarms.ts'
import { billing } from './billing/export.ts'
import type { Env } from './env.ts'
import { lake } from './lake/lake.ts'
import { savedQueries } from './queries/saved-queries.ts'

type AnyResource = Any<AwsContext>

/** Which steps a command is about; numbers (`1`, `2b`) or names (`iam`, `storage`). Empty `only`: all. */
export interface Selection {
  only: readonly string[]
  skip: readonly string[]
}

/** Every step that owns resources, in order, over all Regions: role, dashboard and budget once, the rest in each. */
export function allSteps(env: Env): Step<AwsContext>[] {
  const delivery = [iam(env), ...storage(env)]
  const needs = delivery.flatMap(({ resources }) => resources)
  const shown = dashboard(env)
  const views = { ...shown, resources: [...shown.resources, ...savedQueries(env)] }
  const steps = [...delivery, lake(env), billing(env), logging(env, needs), views, alarms(env)]
  return steps.map((step) => ({ ...step, resources: step.resources.map(inItsRegion) }))
}

function inItsRegion(resource: AnyResource): AnyResource {
  const { region } = resource
  if (region === GLOBAL) return resource
  return {
    ...resource,
    read: (cx) => resource.read(cx.in(region)),
    write: (cx, have) => resource.write(cx.in(region), have),
    remove: (cx, have) => resource.remove(cx.in(region), have),
    ...(resource.release && { release: (cx, have) => resource.release?.(cx.in(region), have) ?? Promise.resolve() }),
  }
}

/** The selected steps, in order. Throws a usage error for a step there is none of. */
export function selectSteps(steps: readonly Step<AwsContext>[], { only, skip }: Selection): Step<AwsContext>[] {
  const isNamed = (step: Step<AwsContext>, names: readonly string[]) =>
    names.includes(step.id) || names.includes(step.name)
  for (const [flag, names] of Object.entries({ only, skip })) {
    const unknown = names.find((name) => !steps.some((step) => isNamed(step, [name])))
    if (unknown !== undefined) {
      const known = steps.map(({ id, name }) => `${id} (${name})`).join(', ')
      throw usageError(`--${flag} ${unknown}: there is no such step`, `steps are ${known}`)
    }
  }
  const selected = steps.filter((step) => (only.length === 0 || isNamed(step, only)) && !isNamed(step, skip))
  if (selected.length === 0) throw usageError('--only and --skip leave no step to do', 'name at least one step')
  return selected
}

export function resourcesOf(steps: readonly Step<AwsContext>[]): Resource<unknown, AwsContext>[] {
  return steps.flatMap(({ resources }) => resources)
}
