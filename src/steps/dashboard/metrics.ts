import type { MetricRow } from './widgets.ts'

export const SUM = 'Sum'

/** Both spellings of the cache metrics: AWS documents the first, the second is what others find. Only one has data. */
export const CACHE_READS = ['CacheReadInputTokens', 'CacheReadInputTokenCount'] as const
export const CACHE_WRITES = ['CacheWriteInputTokens', 'CacheWriteInputTokenCount'] as const

/** A row for each figure that latency is told by. */
export const latency = (row: (stat: string) => MetricRow): MetricRow[] => ['Average', 'p50', 'p90', 'p99'].map(row)
