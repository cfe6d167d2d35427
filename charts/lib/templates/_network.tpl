{{- /* SPDX-License-Identifier: Apache-2.0
Who may reach the pods of a service, and whom they may reach; nothing else. Input: the root context.
*/ -}}
{{- define "saola.network" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "saola.metadata" (dict "root" .) }}
spec:
  podSelector:
    matchLabels: {{- include "saola.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- $rules := include "saola.visits" . }}
  ingress: {{- empty $rules | ternary " []" $rules }}
  egress:
    {{- include "saola.names" . | nindent 4 }}
    {{- range .Values.peers }}
    - to: [{podSelector: {matchLabels: {app.kubernetes.io/name: {{ . }}}}}]
      ports: [{port: grpc}, {port: http}]
    {{- end }}
    {{- range .Values.needs }}
    - to: [{podSelector: {matchLabels: {app.kubernetes.io/name: {{ . }}}}}]
    {{- end }}
    {{- with .Values.global.outside }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- /* The ingress rules: who calls, who visits, who measures. */ -}}
{{- define "saola.visits" -}}
    {{- range .Values.callers }}
    - from: [{podSelector: {matchLabels: {app.kubernetes.io/{{ eq . "*" | ternary "part-of: saola" (printf "name: %s" .) }}}}}]
      ports: [{port: grpc}, {port: http}]
    {{- end }}
    {{- if .Values.pages }}
    - from: [{podSelector: {matchLabels: {app.kubernetes.io/name: keycloak}}}]   # tells who has signed out
      ports: [{port: http}]
    {{- end }}
    {{- with .Values.global.visitors }}
    {{- if or $.Values.open $.Values.pages }}
    - from: [{namespaceSelector: {matchLabels: {{ toJson . }}}}]
      ports: {{ concat ($.Values.open | ternary (list (dict "port" "grpc")) list) ($.Values.pages | ternary (list (dict "port" "http")) list) | toJson }}
    {{- end }}
    {{- end }}
    {{- with .Values.global.monitoring }}
    - from: [{namespaceSelector: {matchLabels: {{ toJson . }}}}]
      ports: [{port: http}]
    {{- end }}
{{- end -}}

{{- /* The egress rule by which names are resolved. */ -}}
{{- define "saola.names" -}}
- to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- end -}}
