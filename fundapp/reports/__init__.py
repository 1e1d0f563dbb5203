"""Reports: one frozen snapshot feeds screen, PDF, workbook and data files."""
