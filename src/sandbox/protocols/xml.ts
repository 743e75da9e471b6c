import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { AwsFault } from '../service.ts'
import type { Shape } from './catalog.ts'
import type { Members } from './wire.ts'

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** ISO 8601 times unless the model says otherwise: what both XML protocols have in common. */
export function xmlSettings(xmlNamespace: string, httpBindings: boolean) {
  return {
    timestampFormat: { useTrait: true, default: 5 as const },
    httpBindings,
    xmlNamespace,
    serviceNamespace: 'sandbox',
  }
}

/** A structure as a document: the root is named by the structure. */
export function writeXml(shape: Shape, value: Members, xmlNamespace: string): string {
  const serializer = new XmlShapeSerializer(xmlSettings(xmlNamespace, true))
  serializer.write(shape, value)
  return DECLARATION + String(serializer.flush())
}

export function readXml(shape: Shape, body: Uint8Array, xmlNamespace: string): unknown {
  try {
    return new XmlShapeDeserializer(xmlSettings(xmlNamespace, true)).read(shape, body)
  } catch {
    throw new AwsFault(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }
}

/** The shape of a structure that no model knows, such as an envelope: members in the order of the document. */
export function structure(name: string, members: Record<string, Shape>): Shape {
  return [3, 'sandbox', name, 0, Object.keys(members), Object.values(members)] as Shape
}

export const TEXT: Shape = 0
