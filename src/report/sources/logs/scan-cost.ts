/** What Logs Insights bills for reading, in US East; other Regions cost up to twice as much. */
const USD_A_GIGABYTE = 0.005

export function scanCostUsd(bytes: number): number {
  return (bytes / 1e9) * USD_A_GIGABYTE
}
