/**
 * Text without what signs requests. AWS answers a wrong signature with the canonical request, whose headers hold the
 * session token, and a header it cannot read with that header.
 */
export function redact(text: string): string {
  return text
    .replace(/The Canonical String for this request should have been[\s\S]*/i, '')
    .replace(/\b(A(?:KIA|SIA|BIA|CCA))[A-Z0-9]{8,}/g, '$1…')
    .replace(/\b(x-amz-security-token|credential|signature|authorization)(["']?\s*[:=]\s*)[^\s,&]+/gi, '$1$2…')
}
