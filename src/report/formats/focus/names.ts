import type { ChargeLine } from '../../charge-lines.ts'
import type { GroupKey } from '../../model.ts'
import { MANTLE_PREFIX, pricedId, splitScope } from '../../prices/model-id.ts'
import { profileIdOf } from '../../prices/profiles.ts'
import type { ProfileLine } from '../../report-lines.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import type { ReportView } from '../../view.ts'

export function profileOf({ report: { profiles = [] } }: ReportView, model: string): ProfileLine | undefined {
  const id = profileIdOf(model)
  return profiles.find((profile) => profile.id === id)
}

export function billedModel({ billedModel: own }: ChargeLine, model: string, profile: ProfileLine | undefined): string {
  const id = pricedId(model)
  return own ?? profile?.model ?? (typeof id === 'string' ? id : model)
}

/** Who made it, as its id has it. */
export function providerOf(model: string): string | null {
  const { base } = splitScope(model.replace(MANTLE_PREFIX, ''))
  return /^([a-z0-9-]+)\.(?=.)/i.exec(base)?.[1] ?? null
}

/** What was called, as the caller named it. A bill names models in its own words, which are no resources. */
export function resourceOf({ profile, model = '' }: GroupKey, isBilled: boolean): string | null {
  return text(profile) ?? (isBilled ? null : text(model))
}

const RESOURCE_TYPES: ReadonlyMap<string, string> = new Map([
  ['prompt-router', 'Prompt Router'],
  ['default-prompt-router', 'Prompt Router'],
  ['provisioned-model', 'Provisioned Throughput'],
  ['custom-model', 'Custom Model'],
  ['custom-model-deployment', 'Custom Model'],
  ['imported-model', 'Imported Model'],
])

export function resourceType(id: string): string {
  const kind = /^arn:[^/]*:([^:/]+)\//.exec(id)?.[1] ?? ''
  return RESOURCE_TYPES.get(kind) ?? (inferenceProfile(id) === undefined ? 'Foundation Model' : 'Inference Profile')
}

/** The profile's own, and what the report is grouped by as `metadata:KEY` or `tag:KEY`. */
export function tagsOf(key: GroupKey, profile: ProfileLine | undefined): string | null {
  const asked = Object.entries(key).flatMap(([name, value]) => {
    const [, own = ''] = /^[^:]+:(.+)$/su.exec(name) ?? []
    return own === '' || value === '' ? [] : [[own, value] as const]
  })
  const tags = [...Object.entries(profile?.tags ?? {}), ...asked]
  return tags.length === 0 ? null : JSON.stringify(Object.fromEntries(tags))
}

export function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
