set(report_sources
  aggregate.c aggregate_labels.c aggregate_series.c answer.c attribution.c ceilings.c compare.c compare_facts.c
  compare_match.c compare_plots.c compare_ranking.c efficiency.c export.c findings.c grain.c html_blocks.c
  html_inline.c html_page.c html_svg.c html_table.c instrument.c laws.c laws_table.c load.c lookup.c md_appendix.c md_attribution.c md_beside.c md_head.c
  md_laws.c md_meters.c md_noise.c md_offered.c md_questions.c md_results.c md_scaling.c md_steady.c md_trust.c
  memory_slope.c offered.c paired.c plot.c plot_bars.c plot_changes.c plot_dots.c plot_launches.c plot_map.c
  plot_noise.c plot_offered.c plot_order.c plot_pace.c plot_render.c plot_serial.c plot_sweep.c plots.c power.c
  prediction.c report.c report_md.c reproduce.c reproduce_json.c salvage.c sensitivity.c summary.c text.c verify.c)
