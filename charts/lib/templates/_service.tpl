{{- /* SPDX-License-Identifier: Apache-2.0
Everything that one service needs in a cluster. Input: the root context.
*/ -}}
{{- define "saola.service" -}}
{{- $selector := include "saola.selector" . -}}
{{ include "saola.account" . }}
---
apiVersion: apps/v1
kind: Deployment
{{ include "saola.metadata" (dict "root" .) }}
spec:
  {{- if le (int .Values.most) (int .Values.replicas) }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  selector:
    matchLabels: {{- $selector | nindent 6 }}
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  template:
    metadata:
      labels:
        {{- include "saola.labels" . | nindent 8 }}
        {{- include "saola.needs" .Values.needs | indent 8 }}
    spec:
      {{- include "saola.pod" (dict "root" .) | nindent 6 }}
      terminationGracePeriodSeconds: 45
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- $selector | nindent 14 }}
      {{- if has "postgres" .Values.needs }}
      initContainers:
        - {{- include "saola.container" (dict "root" . "does" "migrate") | nindent 10 }}
      {{- end }}
      containers:
        - {{- include "saola.container" (dict "root" . "does" "serve") | nindent 10 }}
          {{- include "saola.care" . | nindent 10 }}
      volumes:
        {{- include "saola.volumes" . | nindent 8 }}
---
apiVersion: v1
kind: Service
{{ include "saola.metadata" (dict "root" .) }}
spec:
  clusterIP: None   # gRPC clients balance over the pods themselves
  selector: {{- $selector | nindent 4 }}
  ports:
    - {name: grpc, port: 50051, targetPort: grpc, appProtocol: kubernetes.io/h2c}
    - {name: http, port: 8081, targetPort: http}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "saola.metadata" (dict "root" .) }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- $selector | nindent 6 }}
---
{{ include "saola.network" . }}
{{- if gt (int .Values.most) (int .Values.replicas) }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{{ include "saola.metadata" (dict "root" .) }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ .Chart.Name }}}
  minReplicas: {{ .Values.replicas }}
  maxReplicas: {{ .Values.most }}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
{{- end }}
{{- if .Values.host }}
---
{{ include "saola.ingress" . }}
{{- end }}
{{- include "saola.given" . }}
{{- end -}}

{{- define "saola.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
{{ include "saola.metadata" (dict "root" .) }}
spec:
  {{- with .Values.ingressClass }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .Values.certificate }}
  tls: [{hosts: [{{ $.Values.host }}], secretName: {{ . }}}]
  {{- end }}
  rules:
    - host: {{ .Values.host }}
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: {{ .Chart.Name }}, port: {name: http}}}}
{{- end -}}
