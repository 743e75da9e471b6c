export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** The smallest number that at least `percent` of all do not exceed; undefined of none. */
export function percentile(numbers: readonly number[], percent: number): number | undefined {
  const ordered = numbers.toSorted((a, b) => a - b)
  return ordered[Math.max(0, Math.ceil((percent / 100) * ordered.length) - 1)]
}

/** Where those begin for which it holds, as it does for all behind them. */
export function firstWhere<Item>(sorted: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
