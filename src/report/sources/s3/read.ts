import type { AwsContext } from '../../../aws/context.ts'
import type { Context } from '../../../core/context.ts'
import { AppError } from '../../../core/errors.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import type { ScanTask } from '../../scan/task.ts'
import type { RunTallies, TallyStore } from '../../store/store.ts'
import { DAY_MS } from '../../window.ts'
import { isNotDelivered, nothingFound, withDelivery } from '../delivery.ts'
import { readPlaces } from '../places.ts'
import { readRecords } from '../scanned.ts'
import type { Question, SourceReading } from '../source.ts'
import { fetchObjects, nameOf, versionOf } from './fetch.ts'
import { root } from './folders.ts'
import { type BucketOf, expired, explained, type LogObject, listObjects } from './list.ts'
import type { LogFolder } from './where.ts'

/** Only the objects of the window's hours, many side by side. */
export async function readBucket(
  cx: Context,
  places: readonly LogFolder[],
  question: Question,
  store?: TallyStore,
): Promise<SourceReading> {
  const regions = regionsOf(places)
  const buckets = [...new Set(places.map(({ bucket }) => bucket))].join(', ')
  cx.emit({ type: 'phase', title: `listing the logs in ${buckets}` })
  const list = async (place: LogFolder) => {
    const { bucket, owner, reader = place.cx } = place
    const objects = await listObjects(reader, place, question.window).catch((error: unknown) => {
      throw withDelivery(explained(error, bucket, place.region), place.configured, place.region)
    })
    return { cx: reader, target: { bucket, owner }, objects }
  }
  const isSilent = ({ configured }: LogFolder) => isNotDelivered(configured, 'bucket')
  const { window } = question
  const { read, warnings, incomplete, unread } = await readPlaces(places, list, { isSilent, window })
  const kept = read.map(({ place, reading: { cx, target } }) => ({ cx, ...target, root: root(place) }))
  const gone = await expired(kept, window)
  cx.emit({ type: 'phase-done' })
  const lists = read.map(({ reading }) => reading)
  const count = lists.reduce((sum, { objects }) => sum + objects.length, 0)
  const known = lists.flatMap(({ target, objects }) =>
    objects.map((object) => {
      const name = nameOf(target, object)
      return { name, id: name, version: versionOf(object), size: object.size }
    }),
  )
  const tallies = store?.ofRun(cx, known)
  const looked = places.map((place) => `s3://${place.bucket}/${root(place)}`)
  const subject = {
    label: `${count} ${count === 1 ? 'object' : 'objects'} of ${buckets}`,
    bytes: known.reduce((sum, { size }) => sum + size, 0),
    edgeMs: DAY_MS,
    noUse: nothingFound(looked, places, 'there were no calls, or the logs are elsewhere'),
  }
  const { reading, faults } = await readRecords(cx, () => fetchAll(lists, tallies), question, subject, tallies)
  const unreadable = faults.filter(({ code }) => code === 'unreadable')
  const [first] = unreadable
  if (first && unreadable.length === count) {
    const { message, hint } = first
    const why = `s3:GetObject: none of the ${count} objects could be read: ${message}`
    const allow = 'allow s3:GetObject on the bucket, and kms:Decrypt where a key encrypts it'
    const again = 'run it again; if that does not help, fetch the objects and read them with --source file:PATH'
    throw new AppError('aws', 'ObjectsUnreadable', `${buckets}: ${why}`, {
      hint: /AccessDenied|Forbidden|403|KMS/.test(message) ? allow : (hint ?? again),
    })
  }
  return {
    ...reading,
    // Other accounts may deliver to the bucket, too: each record names its own.
    accounts: reading.accounts.length > 0 ? reading.accounts : accountsOf(places),
    regions,
    warnings: [...warnings, ...gone, ...reading.warnings],
    incomplete: incomplete || reading.incomplete,
    ...(unread && { unread: reading.unread ?? unread }),
    ...(gone.length > 0 && { unread: 'anything' as const }),
  }
}

type Listed = { cx: AwsContext; target: BucketOf; objects: readonly LogObject[] }

/** Which objects are kept is known once the first is asked for. */
async function* fetchAll(lists: readonly Listed[], tallies: RunTallies | undefined): AsyncGenerator<ScanTask> {
  for (const { cx, target, objects } of lists) {
    const unread = objects.filter((object) => !tallies?.isDone(nameOf(target, object)))
    yield* fetchObjects(cx, target, unread)
  }
}
