"""What a page shows, as a file: tables as CSV and XLSX, lines as SVG."""
