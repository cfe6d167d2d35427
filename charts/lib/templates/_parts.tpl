{{- /* SPDX-License-Identifier: Apache-2.0
What the single-node parts have in common: an account, an address, who may come, a volume.
Input: dict "root" $ "ports" (dict name → number).
*/ -}}
{{- define "saola.part" -}}
{{ include "saola.account" .root }}
---
apiVersion: v1
kind: Service
{{ include "saola.metadata" (dict "root" .root) }}
spec:
  selector: {{- include "saola.selector" .root | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}}
    {{- end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "saola.metadata" (dict "root" .root) }}
spec:
  podSelector:
    matchLabels: {{- include "saola.selector" .root | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {saola/needs-{{ .root.Chart.Name }}: "yes"}}}]
      ports:
        {{- range $name, $port := .ports }}
        - {port: {{ $name }}}
        {{- end }}
    {{- if and .visitors .root.Values.global.visitors }}
    - from: [{namespaceSelector: {matchLabels: {{ toJson .root.Values.global.visitors }}}}]
      ports: [{port: {{ .visitors }}}]
    {{- end }}
  egress:
    {{- if .needs }}
    {{- include "saola.names" . | nindent 4 }}
    {{- range .needs }}
    - to: [{podSelector: {matchLabels: {app.kubernetes.io/name: {{ . }}}}}]
    {{- end }}
    {{- else }} []
    {{- end }}
{{- end -}}

{{- /* The image of a part. Input: the root context. */ -}}
{{- define "saola.part.image" -}}
{{ include "saola.image" (dict "root" . "image" (printf "%s:%s" .Values.image (.Values.tag | toString))) }}
{{- end -}}

{{- /* The named ports of its container. Input: dict name → number. */ -}}
{{- define "saola.part.ports" -}}
ports:
  {{- range $name, $port := . }}
  - {name: {{ $name }}, containerPort: {{ $port }}}
  {{- end }}
{{- end -}}

{{- /* The volume of a part. Input: the root context. */ -}}
{{- define "saola.part.volume" -}}
volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .Values.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources: {requests: {storage: {{ .Values.size }}}}
{{- end -}}
