import fc from 'fast-check'
import { THRESHOLDS } from '../../src/steps/alarms/threshold-alarms.ts'
import type { Env } from '../../src/steps/env.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { RETENTION_DAYS } from '../../src/steps/setting-checks.ts'
import { ALARM_PROFILES, type Settings } from '../../src/steps/settings.ts'

const word = (characters: string, most: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 3, maxLength: most })
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const NAME = `${LETTERS}${LETTERS.toUpperCase()}0123456789-_`
const days = fc.integer({ min: 1, max: 3_650 })
const threshold = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(0.5, 2.25, 1e-3))

const thresholds = Object.fromEntries(
  THRESHOLDS.map(({ key, orZero }) => [key, orZero ? fc.oneof(fc.constant(0), threshold) : threshold]),
)

/** Any settings that are valid, each with its own values. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    roleName: word(`${NAME}+=,.@`, 64),
    rolePolicyName: word(NAME, 128),
    bucketPrefix: word(LETTERS, 40),
    bucketName: fc.oneof(fc.constant(''), word(LETTERS, 63)),
    keyPrefix: fc.array(word(LETTERS, 12), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    lifecycleDays: days,
    noncurrentDays: days,
    lake: fc.boolean(),
    lakeDatabase: word(`${LETTERS}_`, 100),
    lakeTable: word(`${LETTERS}_`, 100),
    lakeWorkgroup: word(NAME, 128),
    lakeBucketPrefix: word(LETTERS, 35),
    lakeAccounts: fc.constantFrom('', '999999999999', '222222222222,333333333333'),
    lakeRegions: fc.constantFrom('', 'eu-west-1', 'us-west-2,eu-central-1'),
    lakeMaxGb: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    lakeResultDays: days,
    billingExport: fc.boolean(),
    billingExportName: word(NAME, 128),
    billingBucketName: fc.oneof(fc.constant(''), word(LETTERS, 63)),
    logGroupName: word(`${NAME}/.#`, 100).map((name) => `/${name}`),
    retentionDays: fc.constantFrom(...RETENTION_DAYS),
    metadataOnly: fc.boolean(),
    bucketKmsKey: fc.constant(''),
    logGroupKmsKey: fc.constant(''),
    topicKmsKey: fc.constant(''),
    dashboardName: word(NAME, 255),
    topicName: word(NAME, 256),
    email: fc.constantFrom('', 'ops@example.com', 'ops@example.com,night@example.com'),
    httpsEndpoint: fc.constantFrom('', 'https://events.example.com/integration/key/enqueue'),
    snsTopic: fc.constant(''),
    budgetUsd: fc.constantFrom(0, 12.5, 1_000),
    budgetName: word(`${NAME} .()+=@`, 100),
    alarms: fc.constantFrom(...ALARM_PROFILES),
    pageOnce: fc.boolean(),
    anomaly: fc.boolean(),
    anomalyBand: fc.constantFrom(1, 2, 2.5, 3),
    ...thresholds,
    errorPercentThreshold: fc.integer({ min: 1, max: 99 }),
  })
  .map((values) => resolveSettings([{ source: 'test', values }]).settings)

/** Any account, Region and settings. */
export const anyEnv: fc.Arbitrary<Env> = fc
  .record({
    accountId: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 }),
    region: fc.constantFrom('us-east-1', 'eu-west-1', 'ap-northeast-1', 'us-gov-west-1', 'il-central-1'),
    settings: anySettings,
  })
  .map(({ region, ...env }) => ({ ...env, region, regions: [region], homeRegion: region }))
