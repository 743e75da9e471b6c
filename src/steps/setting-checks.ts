import { partitionOf } from '../aws/partitions.ts'

/** The retentions CloudWatch Logs accepts, in days (PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

export interface Check {
  /** What a valid value looks like, when this one is not; undefined when it is. */
  (value: string | number | boolean): string | undefined
  /** The same in words of JSON Schema, as far as it has them. */
  schema?: object
}

const ruled = (schema: object, check: Check): Check => Object.assign(check, { schema })

export const matching =
  (pattern: RegExp, rule: string): Check =>
  (value) =>
    pattern.test(String(value)) ? undefined : rule

export const positive = ruled({ exclusiveMinimum: 0 }, (value) =>
  Number(value) > 0 ? undefined : 'a number greater than 0',
)

export const positiveBelow = (end: number) =>
  ruled({ exclusiveMinimum: 0, exclusiveMaximum: end }, (value) =>
    Number(value) > 0 && Number(value) < end ? undefined : `a number greater than 0 and below ${end}`,
  )

/** A number from one to another, whole where that is said. */
const within = (minimum: number, maximum: number, rule: string, isWhole = false) =>
  ruled({ minimum, ...(Number.isFinite(maximum) && { maximum }) }, (value) => {
    const isIn = Number(value) >= minimum && Number(value) <= maximum && !(isWhole && !Number.isInteger(value))
    return isIn ? undefined : rule
  })

export const zeroOrMore = within(0, Number.POSITIVE_INFINITY, 'a number of 0 or more')

export const wholeDays = within(1, 36_500, 'a whole number of days from 1 to 36500', true)

/** Athena takes no limit below 10 MB. */
export const scannedGb = within(0.01, 1_000_000, 'gigabytes from 0.01 to 1000000')

export const oneOf = (...values: readonly (string | number)[]): Check =>
  ruled({ enum: values }, (value) =>
    values.map(String).includes(String(value)) ? undefined : `one of ${values.join(', ')}`,
  )

export const iamName = (most: number) =>
  matching(new RegExp(`^[\\w+=,.@-]{1,${most}}$`), `1 to ${most} letters, digits or any of +=,.@_-`)

/** S3's rules for general purpose bucket names. */
export const bucketName: Check = (value) => {
  const name = String(value)
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name)
  const reserved =
    /^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  return wellFormed && !reserved
    ? undefined
    : '3 to 63 lower-case letters, digits, dots and hyphens, as S3 names buckets'
}

/** A prefix that leaves room for `-` and a 12-digit account. */
export const bucketPrefix: Check = (value) =>
  bucketName(`${value}-000000000000`) === undefined ? undefined : '1 to 50 lower-case letters, digits, dots and hyphens'

/** A prefix that leaves room for `-`, a 12-digit account and the longest name of a Region besides. */
export const regionBucketPrefix: Check = (value) =>
  bucketName(`${value}-000000000000-ap-southeast-1`) === undefined
    ? undefined
    : '1 to 35 lower-case letters, digits, dots and hyphens'

/** Athena knows other names by their lower-case form, and some not at all. */
export const glueName = matching(
  /^[a-z_][a-z0-9_]{0,254}$/,
  '1 to 255 lower-case letters, digits or underscores, the first no digit',
)

/** An ARN of that form whose partition is that of its Region; AWS knows no other, and nothing is looked up to find out. */
const arnMatching =
  (pattern: RegExp, rule: string): Check =>
  (value) => {
    const [, partition, , region = ''] = String(value).split(':')
    if (!pattern.test(String(value))) return rule
    return value === '' || partition === partitionOf(region).id ? undefined : `${rule}, in the partition of its Region`
  }

/** One key cannot serve several Regions, so a key is named by its ARN. */
export const kmsKey = arnMatching(
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+)?$/,
  'the ARN of a KMS key, such as arn:aws:kms:us-east-1:111122223333:key/ID',
)

/** The members of a text that is a list: between commas, without white space around them, each once. */
export function listOf(text: string): string[] {
  const members = text.split(',').map((member) => member.trim())
  return [...new Set(members)].filter((member) => member !== '')
}

export const each =
  (check: Check): Check =>
  (value) =>
    listOf(String(value))
      .map(check)
      .find((rule) => rule !== undefined)

export const emailAddress = matching(
  /^[^\s@:<>]+@(?:[^\s@./:<>]+\.)+[^\s@./:<>]+$/,
  'an e-mail address (separate several with commas)',
)

export const httpsUrl: Check = (value) => {
  const text = String(value)
  const isUrl = !/\s/.test(text) && URL.canParse(text) && new URL(text).protocol === 'https:'
  return isUrl ? undefined : 'an https URL (separate several with commas; write a comma in one as %2C)'
}

/** CloudWatch alarms notify standard topics only: the names of FIFO topics end in `.fifo`. */
export const snsTopicArn = arnMatching(
  /^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256})?$/,
  'the ARN of a standard SNS topic, such as arn:aws:sns:us-east-1:111122223333:alerts',
)

/** AWS Budgets takes amounts as decimals without an exponent. */
export const budgetAmount = ruled({ minimum: 0 }, (value) =>
  value === 0 || (Number(value) >= 0.01 && Number(value) <= 1e12) ? undefined : '0, or US dollars from 0.01 to 1e12',
)

/** AWS takes more than these, but a name stands in ARNs of policies, where `*` and `?` have a meaning of their own. */
export const budgetName = matching(
  /^[\w .()+=@-]{1,100}$/,
  '1 to 100 letters, digits, spaces or any of _.()+=@-, as AWS Budgets names budgets',
)
