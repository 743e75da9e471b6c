import { METADATA_SLOT, PATHS } from './fields.ts'
import { equals } from './text.ts'

/** What is wanted of a value and of what stands within it. Slots are -1 where what goes there is not wanted. */
export class PathNode {
  /** Where the value itself goes, if it is text or a number. */
  slot = -1
  /** Where the number of its elements goes, if it is a list. */
  countSlot = -1
  /** Where to say that it is an object or a list. */
  presentSlot = -1
  /** Of a list of cache details: where the tokens of each time to live go. */
  readonly ttlSlots: { ttl: string; slot: number }[] = []
  /** It is to be a map, of which keys are wanted. */
  isMap = false
  /** Keys of an object that are wanted, by their length in bytes. */
  readonly keysByLength: (PathKey[] | undefined)[] = []
  readonly keys: PathKey[] = []
  /** Which of them came first, when that was last looked up. */
  next: PathKey | undefined = undefined
  /** What is wanted of each object in a list. */
  element: PathNode | undefined = undefined
  /** The slots at and within this node: emptied when its key comes up, since the last of two equal keys holds. */
  readonly slots: number[] = []
  /** Of the element of a list: the slots that only its last object may fill. */
  readonly lastSlots: number[] = []
  /** The line in which its key came up last, so that the first time in a line there is nothing to empty. */
  line = 0
}

export interface PathKey {
  name: string
  bytes: Uint8Array
  node: PathNode
  /** Which came after it, when that was last looked up. */
  next: PathKey | undefined
}

/** Under the name of its type Avro writes what need not be there: `{"string":"Converse"}`. */
const UNIONS = ['string', 'int', 'long']

/** Under these names Avro and tools for Parquet write the map, or the list of its pairs. */
export const MAPS = ['map', 'key_value', 'entries'] as const

export function pathTree(metadataKeys: readonly string[]): PathNode {
  const root = new PathNode()
  PATHS.forEach(({ keys }, slot) => {
    addPath(root, keys, slot)
  })
  const metadata = childOf(root, 'requestMetadata')
  metadataKeys.forEach((key, index) => {
    const slot = METADATA_SLOT + index
    const leaf = childOf(metadata, key)
    leaf.slot = slot
    metadata.isMap = true
    leaf.slots.push(slot)
    metadata.slots.push(slot)
    // Tables have a column for it, unless that is one of the record's own.
    const own = childOf(root, key)
    if (own.slots.length === 0) addPath(own, [], slot)
  })
  for (const name of MAPS) childOf(metadata, name, metadata)
  return root
}

function addPath(node: PathNode, [key, ...rest]: readonly string[], slot: number): void {
  node.slots.push(slot)
  if (key === undefined) {
    node.slot = slot
    for (const type of UNIONS) childOf(node, type, node)
  } else if (key === '#') node.countSlot = slot
  else if (key === '?') node.presentSlot = slot
  else if (key.startsWith('{')) node.ttlSlots.push({ ttl: key.slice(1, -1), slot })
  else if (key === '[]' || key === '[last]') {
    node.element ??= new PathNode()
    if (key === '[last]') node.element.lastSlots.push(slot)
    addPath(node.element, rest, slot)
  } else addPath(childOf(node, key), rest, slot)
}

function childOf(node: PathNode, name: string, child = new PathNode()): PathNode {
  const known = node.keys.find((key) => key.name === name)
  if (known) return known.node
  const bytes = new TextEncoder().encode(name)
  const key: PathKey = { name, bytes, node: child, next: undefined }
  node.keys.push(key)
  // Half of a surrogate pair has no bytes of its own: such a key can only stand in a record as an escape.
  if (new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) !== name) return key.node
  const sameLength = node.keysByLength[bytes.length]
  if (sameLength) sameLength.push(key)
  else {
    while (node.keysByLength.length <= bytes.length) node.keysByLength.push(undefined)
    node.keysByLength[bytes.length] = [key]
  }
  return key.node
}

export function findKey(node: PathNode, bytes: Uint8Array, start: number, end: number): PathKey | undefined {
  const candidates = node.keysByLength[end - start]
  if (candidates === undefined) return undefined
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index] as PathKey
    if (equals(candidate.bytes, bytes, start)) return candidate
  }
  return undefined
}
