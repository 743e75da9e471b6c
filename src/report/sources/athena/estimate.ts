import { GetWorkGroupCommand } from '@aws-sdk/client-athena'
import { orElse } from '../../../aws/errors.ts'
import { isAppError } from '../../../core/errors.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS } from '../../window.ts'
import { hoursOf } from '../s3/folders.ts'
import { listKeys } from '../s3/list.ts'
import type { Estimate } from './budget.ts'
import type { Lake } from './lakes.ts'

const LISTINGS_AT_ONCE = 8
/** Longer windows are listed by the month. */
const MOST_DAYS = 62

/** What a query of a window scans: the objects in its partitions. Where they cannot be listed, what the workgroup lets through. */
export async function estimate(lake: Lake, window: Window): Promise<Estimate> {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(lake.template) ?? []
  try {
    const { first, last } = hoursOf(window)
    const folders = lake.places.flatMap(({ account, region }) => {
      const values = (day: string) =>
        new Map([
          ['account', account],
          ['aws_region', region],
          ['day', day],
        ])
      const of = (day: string) => path.replace(/\$\{(\w+)\}/g, (_, key: string) => values(day).get(key) ?? '')
      const [from, to] = [of(dayOf(first)), of(`${dayOf(last)}~`)]
      const days = Array.from({ length: Math.floor(last / DAY_MS) - Math.floor(first / DAY_MS) + 1 }, (_, index) =>
        dayOf(first + index * DAY_MS),
      )
      const isLong = days.length > MOST_DAYS
      const prefixes = new Set(days.map((day) => (isLong ? of(`${day.slice(0, 7)}/|`).split('|')[0] : of(day))))
      return [...prefixes].map((prefix = '') => ({ prefix, from, to }))
    })
    const sizes = await sideBySide(folders, LISTINGS_AT_ONCE, async ({ prefix: Prefix, from, to }) => {
      const { objects } = await listKeys(lake.cx, { bucket, owner: lake.account }, { Prefix })
      return objects.reduce((sum, { key, size }) => sum + (key >= from && key < to ? size : 0), 0)
    })
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), basis: 'by the sizes of the objects' }
  } catch (error) {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
    const limit = await orElse(limitOf(lake), () => undefined)
    const why = `the bucket ${bucket} cannot be listed (${error.code})`
    if (limit === undefined)
      return { bytes: undefined, basis: `${why}, and no limit of the workgroup ${lake.workGroup} is known` }
    return { bytes: limit, basis: `the limit of the workgroup, since ${why}` }
  }
}

async function limitOf({ cx, workGroup: WorkGroup }: Lake): Promise<number | undefined> {
  const { WorkGroup: group } = await cx.aws.athena.send(new GetWorkGroupCommand({ WorkGroup }))
  return group?.Configuration?.BytesScannedCutoffPerQuery
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')
}
