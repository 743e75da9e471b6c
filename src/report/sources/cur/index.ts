import { arn } from '../../../aws/partitions.ts'
import type { BillLine } from '../../bill/line.ts'
import { RATES } from '../../calls.ts'
import { OF_BILLS, OF_CALLERS } from '../../grouping.ts'
import { billedUpTo, DAY_MS } from '../../window.ts'
import type { Question, Source } from '../source.ts'
import type { ExportQuestion } from './read.ts'

export interface ExportSettings {
  /** Empty: `bedrock-billing-{account}`. */
  billingBucketName?: string
}

/** The bill as AWS exports it, line by line: CUR 2.0 and FOCUS, in a bucket or on this machine. */
export const cur: Source<ExportSettings> = {
  name: 'cur',
  path: 'a CUR or FOCUS export, or s3://BUCKET/PREFIX',
  isBill: true,
  takesOwner: true,
  groupings: [...OF_BILLS, ...OF_CALLERS],
  tellsNot: 'the bill does not have it',
  settings: ['billingBucketName'],
  bills: [RATES.s3Listings, RATES.s3Gets],
  ifIncomplete: 'do what the warnings say, fetch the files again, or have AWS refresh the export, then run it again',
  /** Of the bucket that setup makes for it; of another one, which stands in the path, its owner has to allow it. */
  grants(scope) {
    const { accountId, settings } = scope
    const bucket = arn(scope, 's3', '', '', settings.billingBucketName || `bedrock-billing-${accountId}`)
    return [
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [bucket] },
      { actions: ['s3:GetObject'], resources: [`${bucket}/*`] },
    ]
  },
  async open({ cx, signIn }, { path = '', cost, owner }) {
    const { readExports } = await import('./read.ts')
    const { billedReading } = await import('../billed.ts')
    const isInBucket = path.startsWith('s3://')
    const signed = isInBucket ? await signIn() : undefined
    const [first] = signed?.places ?? []
    // A bill that lies on this machine needs no client of S3.
    const shelf = first
      ? await (await import('./bucket.ts')).shelfInBucket(first, path, owner ?? first.account)
      : await (await import('./shelf.ts')).shelfOnDisk(path)
    // A bill is of all accounts: those that are asked for are a part of it.
    const { accounts = [] } = signed ?? {}
    const isAsked = (line: BillLine) => accounts.length === 0 || accounts.some(({ id }) => id === line.account)
    const ask = async (question: ExportQuestion) => {
      const read = await readExports(cx, shelf, { ...question, cost })
      return { ...read, lines: read.lines.filter(isAsked), known: accounts, asked: accounts }
    }
    const read = async (question: Question) =>
      billedReading({ ...(await ask(question)), wholeUpTo: billedUpTo(cx.clock.now()) }, question)
    if (first) return { places: signed?.places ?? [], read }
    return {
      places: [],
      read,
      async readAll(question) {
        const billed = await ask(question)
        const today = Math.floor(cx.clock.now() / DAY_MS) * DAY_MS
        return billedReading(billed, { ...question, window: billed.days ?? { start: today, end: today + DAY_MS } })
      },
    }
  },
}
