import { GetWorkGroupCommand } from '@aws-sdk/client-athena'
import { orElse } from '../../../aws/errors.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { dayOf } from '../../lake/partitions.ts'
import type { Window } from '../../model.ts'
import { DAY_MS } from '../../window.ts'
import { hoursOf } from '../s3/folders.ts'
import { listKeys } from '../s3/list.ts'
import type { Estimate } from './budget.ts'
import type { Lake } from './lakes.ts'

const LISTINGS_AT_ONCE = 8
/** Longer windows are listed by the month. */
const MOST_DAYS = 62

export async function estimate(lake: Lake, window: Window): Promise<Estimate> {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(lake.template) ?? []
  const { first, last } = hoursOf(window)
  const count = Math.floor(last / DAY_MS) - Math.floor(first / DAY_MS) + 1
  const days = Array.from({ length: count }, (_, index) => dayOf(first + index * DAY_MS))
  const folders = lake.places.flatMap(({ account, region }) => {
    const of = (day: string) => {
      const values = new Map(Object.entries({ account, aws_region: region, day }))
      return path.replace(/\$\{(\w+)\}/g, (_, key: string) => values.get(key) ?? '')
    }
    const prefixOf = (day: string) => (count > MOST_DAYS ? of(`${day.slice(0, 7)}/|`).split('|')[0] : of(day))
    const [from, to] = [of(dayOf(first)), of(`${dayOf(last)}~`)]
    return [...new Set(days.map(prefixOf))].map((Prefix = '') => ({ Prefix, from, to }))
  })
  const sizes = sideBySide(folders, LISTINGS_AT_ONCE, async ({ Prefix, from, to }) => {
    const { objects } = await listKeys(lake.cx, { bucket, owner: lake.account }, { Prefix })
    return objects.reduce((sum, { key, size }) => sum + (key >= from && key < to ? size : 0), 0)
  })
  const listed = sizes.then((all): Estimate => {
    return { bytes: all.reduce((sum, size) => sum + size, 0), basis: 'by the sizes of the objects' }
  })
  return orElse(listed, async ({ code }): Promise<Estimate> => {
    const { cx, workGroup } = lake
    const group = await orElse(cx.aws.athena.send(new GetWorkGroupCommand({ WorkGroup: workGroup })), () => undefined)
    const bytes = group?.WorkGroup?.Configuration?.BytesScannedCutoffPerQuery
    const why = `the bucket ${bucket} cannot be listed (${code})`
    if (bytes !== undefined) return { bytes, basis: `the limit of the workgroup, since ${why}` }
    return { bytes, basis: `${why}, and no limit of the workgroup ${workGroup} is known` }
  })
}
